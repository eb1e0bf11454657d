import { describe, expect, it } from 'vitest';
import { keysOf, readKnownHosts } from '../../generator/deploy/known-hosts.ts';

// Made by OpenSSH's ssh-keygen, hashed with `-H`; the fingerprints are what it says itself.
const FIRST = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAUWWcVvXeLle36ZUMYtRQ/WmxGpafxHN8n7M0pgDj4C';
const FIRST_PRINT = 'SHA256:padoCBknFxbwu+3uPtRLuxVYtuPXQNpz3mWuEHkNav4';
const SECOND = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIlpSQfd17f7QgBrhDTTZcqHvX2ZoBUVI/iNaSx8bQIa';
const SECOND_PRINT = 'SHA256:zCcFEXhY2PcM0bSy2gwlLU6PYAVqYCB/IaRSUNqGOIc';
const HASHED = [
  `|1|rkXVXz4dJQsec3ZrVzjGNPF/ncc=|tBKqJ35cMmcdot8XLMjcfyp7bIc= ${FIRST}`,
  `|1|Sz0XoUsTc5lqVVW556ULVaVdNL0=|VYwtRivmtGvn0myk7Pxjk9MIaxU= ${FIRST}`,
  `|1|bzhvDbbhwhRiAJboz7gLWBUYa6w=|hKGtnS1iW4wPdma60VFYff7iP/w= ${SECOND}`,
].join('\n');

const prints = (text: string, host: string, port?: number) =>
  keysOf(readKnownHosts('known_hosts', text), host, port).map(({ fingerprint }) => fingerprint);

describe('known_hosts', () => {
  it('tells the fingerprint, the kind and the line of a key', () => {
    const text = `# droplet\r\n\r\n203.0.113.7 ${FIRST} a comment\r\n@revoked * ${SECOND}\r\n`;
    expect(readKnownHosts('known_hosts', text)).toEqual([
      { line: 3, marker: undefined, hosts: '203.0.113.7', type: 'ssh-ed25519', fingerprint: FIRST_PRINT },
      { line: 4, marker: 'revoked', hosts: '*', type: 'ssh-ed25519', fingerprint: SECOND_PRINT },
    ]);
  });

  it('finds a host that is hashed', () => {
    expect(prints(HASHED, '203.0.113.7')).toEqual([FIRST_PRINT]);
    expect(prints(HASHED, 'Droplet.Example')).toEqual([FIRST_PRINT]);
    expect(prints(HASHED, '203.0.113.7', 2222)).toEqual([SECOND_PRINT]);
    expect(prints(HASHED, '203.0.113.8')).toEqual([]);
  });

  it('finds the keys of the port, and those without one only when there are none', () => {
    const text = `a ${FIRST}\n[a]:2222 ${SECOND}`;
    expect(prints(text, 'a')).toEqual([FIRST_PRINT]);
    expect(prints(text, 'a', 2222)).toEqual([SECOND_PRINT]);
    expect(prints(text, 'a', 2223)).toEqual([FIRST_PRINT]);
    expect(prints(`[a]:2222 ${SECOND}`, 'a')).toEqual([]);
  });

  it.each([
    ['*.example', 'shop.example', true],
    ['*.example', 'example', false],
    ['sh?p.example', 'shop.example', true],
    ['*,!shop.example', 'shop.example', false],
    ['other,SHOP.example', 'shop.example', true],
    ['shop.example', 'shopXexample', false],
    ['[shop.example]:*', 'shop.example', false],
  ])('reads the pattern %s for %s', (pattern, host, found) => {
    expect(prints(`${pattern} ${FIRST}`, host)).toEqual(found ? [FIRST_PRINT] : []);
  });

  it('leaves out what is revoked', () => {
    expect(prints(`@revoked a ${FIRST}\na ${SECOND}`, 'a')).toEqual([SECOND_PRINT]);
    expect(prints(`@cert-authority a ${FIRST}`, 'a')).toEqual([FIRST_PRINT]);
  });

  it.each([
    FIRST,
    'a ssh-ed25519',
    'a ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAUWWcVvXeLle36ZUMYtRQ/WmxGpafxHN8n7M0pgDj4C',
    `@trusted a ${FIRST}`,
    'a ssh-ed25519 !!!',
    '<<<<<<< HEAD',
  ])('names the line that OpenSSH would pass over: %s', (line) => {
    expect(() => readKnownHosts('clusters/prod/known_hosts', `# one\n${line}\n`)).toThrow(
      'clusters/prod/known_hosts:2:1: this is no line of `known_hosts`',
    );
  });
});
