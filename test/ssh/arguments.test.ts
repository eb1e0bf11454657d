import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRequest, sshArguments } from '../../adapters/ssh/arguments.ts';
import { makePrivateFolder } from '../../adapters/ssh/private-folder.ts';
import { openTunnel } from '../../adapters/ssh/tunnel.ts';
import type { TunnelRequest } from '../../capabilities/ports/tunnel.ts';

const request = (more: Partial<TunnelRequest> = {}): TunnelRequest => ({
  host: '203.0.113.7',
  knownHosts: { file: 'known_hosts', text: '' },
  ...more,
});
const paths = {
  knownHosts: '/t/known_hosts',
  key: '/t/key',
  apiSocket: '/t/api.sock',
  httpsSocket: '/t/https.sock',
  httpSocket: '/t/http.sock',
};

describe('the arguments of ssh', () => {
  it('check the host, use this key alone, and lay three lines', () => {
    const args = sshArguments(request(), paths, 15);
    for (const option of [
      'StrictHostKeyChecking=yes',
      'UserKnownHostsFile=/t/known_hosts',
      'GlobalKnownHostsFile=/dev/null',
      'BatchMode=yes',
      'IdentityFile=/t/key',
      'IdentitiesOnly=yes',
      'IdentityAgent=none',
      'ExitOnForwardFailure=yes',
      'ControlMaster=no',
    ])
      expect(args).toContain(option);
    expect(args.slice(0, 3)).toEqual(['-F', '/dev/null', '-T']);
    expect(args.slice(args.indexOf('-L'))).toEqual([
      ...[
        '-L',
        '/t/api.sock:127.0.0.1:6443',
        '-L',
        '/t/https.sock:127.0.0.1:443',
        '-L',
        '/t/http.sock:127.0.0.1:80',
      ],
      ...['-p', '22', '-l', 'lunchbox', '--', '203.0.113.7'],
    ]);
    expect(args.filter((arg) => arg.startsWith('ClearAllForwardings'))).toEqual([]);
  });

  it('ask the agent where there is no key, and no other key of the user', () => {
    const args = sshArguments(request(), { ...paths, key: undefined }, 15);
    expect(args).toContain('IdentityFile=none');
    expect(args).not.toContain('IdentityAgent=none');
  });

  it.each<[string, Partial<TunnelRequest>]>([
    ['host', { host: '-oProxyCommand=touch /tmp/x' }],
    ['host', { host: 'a b' }],
    ['host', { host: 'a\nb' }],
    ['host', { host: '' }],
    ['host', { host: 'root@203.0.113.7' }],
    ['user', { user: '-oProxyCommand=x' }],
    ['user', { user: 'a b' }],
    ['known_hosts', { hostKeyAlias: '-x' }],
    ['port', { port: 0 }],
    ['port', { apiPort: 65536 }],
    ['port', { httpPort: 1.5 }],
  ])('never come to hold a hostile %s: %j', async (what, more) => {
    expect(() => checkRequest(request(more))).toThrow(new RegExp(`${what}.* cannot be `));
    // And no program is started.
    await expect(openTunnel(request(more), { program: '/dev/null' })).rejects.toThrow('cannot be ');
  });

  it('are as many, whatever a request says that passes', () => {
    const count = sshArguments(request(), paths, 15).length;
    fc.assert(
      fc.property(fc.string(), fc.string(), (host, user) => {
        try {
          checkRequest(request({ host, user }));
        } catch {
          return;
        }
        const args = sshArguments(request({ host, user }), paths, 15);
        expect(args).toHaveLength(count);
        expect(args.slice(-3)).toEqual([user, '--', host]);
        expect(host).not.toMatch(/^-/);
      }),
    );
  });
});

describe('the private folder', () => {
  it('has a path that a socket and OpenSSH can bear, or there is none', () => {
    const base = mkdtempSync(join(tmpdir(), 'lunchbox-base-'));
    try {
      const hard = ['/a b', '/a%h', '/a$b', '/a:b', `/${'x'.repeat(80)}`];
      const folder = makePrivateFolder([...hard, base]);
      expect(folder.path.startsWith(base)).toBe(true);
      folder.remove();
      folder.remove();
      expect(readdirSync(base)).toEqual([]);
      expect(() => makePrivateFolder(hard)).toThrow('no folder for temporary files has a short, plain path');
    } finally {
      rmSync(base, { recursive: true });
    }
  });
});
