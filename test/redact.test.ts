import { describe, expect, it } from 'vitest';
import { redactLog, redactor } from '../generator/redact.ts';

const redact = redactor({});

describe('hiding secrets', () => {
  it.each([
    ['https://someone:hunter22@git.example/app.git', 'https://***@git.example/app.git'],
    ['https://hunter22@git.example', 'https://***@git.example'],
    ['https://someone:hun@ter22@git.example', 'https://***@git.example'],
    ['Authorization: Bearer hunter22', 'Authorization: ***'],
    ['"Authorization": "Basic hunter22"', '"Authorization": "***"'],
    ['bearer hunter22hunter22==', 'bearer ***'],
    ['https://x.example/?token=hunter22&a=b', 'https://x.example/?token=***&a=b'],
    [`ghs_${'x'.repeat(36)}.`, '***.'],
    [`dckr_pat_${'x'.repeat(27)}`, '***'],
    [`dop_v1_${'0'.repeat(64)}`, '***'],
    ['eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl', '***'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    'registry.example/acme/shop@sha256:aaaa',
    'git@git.example:acme/app.git',
    'https://git.example/app.git#989d2121',
    'ERROR: failed to solve: unexpected status 401 Unauthorized',
    '#5 [2/3] RUN npm install @scope/package',
    'http://a.example/x and later b@c.example',
  ])('%s stays', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('hides the values of variables whose names are secret', () => {
    const by = redactor({
      NPM_TOKEN: 'one-two-three',
      HOME: '/home/someone',
      MULTI_SECRET: 'first-line\nsecond-line',
      A_PASSWORD: 'short',
    });
    const nested = redactor({ A_TOKEN: 'begin-of', B_TOKEN: 'begin-of-another' });
    expect(nested('begin-of-another')).toBe('***');
    expect(by('one-two-three /home/someone second-line short')).toBe('*** /home/someone *** short');
  });
});

describe('hiding secrets in a log', () => {
  const body = Array.from({ length: 5 }, (_, index) => `${index}`.repeat(70)).join('\n');

  it.each(['PRIVATE KEY', 'OPENSSH PRIVATE KEY', 'RSA PRIVATE KEY'])('a whole %s', (label) => {
    const key = `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----`;
    expect(redactLog(`before\n${key}\nafter\n`)).toBe('before\n***\nafter\n');
  });

  it('a private key that a cut left without its end', () => {
    expect(redactLog(`before\n-----BEGIN PRIVATE KEY-----\n${body}`)).toBe('before\n***');
  });

  it('what joins a cluster, and what opens the escrow', () => {
    expect(redactLog(`token K10${'ab'.repeat(32)}::server:0123456789abcdef;`)).toBe('token ***;');
    expect(redactLog(`AGE-SECRET-KEY-1${'Q'.repeat(58)}`)).toBe('***');
  });

  it('leaves the rest as it is', () => {
    const log =
      'building the system configuration...\r\n/nix/store/abc-nixos-system\n\n-----BEGIN CERTIFICATE-----\n';
    expect(redactLog(log)).toBe(log);
  });
});
