import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHost } from '../../generator/deploy/host.ts';
import { hostFile } from '../../generator/host/host-file.ts';
import { isHostAddress } from '../../generator/host-address.ts';
import { environmentWith } from '../provision/user-data/environment.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAUWWcVvXeLle36ZUMYtRQ/WmxGpafxHN8n7M0pgDj4C';
const host = (json: string | undefined, known: string | undefined = `203.0.113.7 ${KEY}\n`) =>
  readHost('staging', (path) => {
    if (path === 'clusters/staging/host.json') return json;
    return path === 'clusters/staging/known_hosts' ? known : undefined;
  });

describe('the droplet of an environment', () => {
  it('is read from host.json and known_hosts, and what is for others is left alone', () => {
    const knownHosts = { file: 'clusters/staging/known_hosts', text: `203.0.113.7 ${KEY}\n` };
    const plain = { address: '203.0.113.7', port: 22, user: 'lunchbox', knownHosts };
    expect(host('{"address": "203.0.113.7"}')).toEqual(plain);
    expect(host('{"address": "203.0.113.7", "swapMiB": 1024, "disks": [{"id": 1}]}')).toEqual(plain);
    const text = `[droplet.example]:2222 ${KEY}`;
    expect(host('{"address": "droplet.example", "port": 2222, "user": "ci"}', text)).toEqual({
      address: 'droplet.example',
      port: 2222,
      user: 'ci',
      knownHosts: { file: 'clusters/staging/known_hosts', text },
    });
  });

  it.each([
    ['{"address": "-oProxyCommand=x"}', '1:13: `address` is "-oProxyCommand=x"'],
    ['{\n  "adress": "203.0.113.7"\n}', '1:1: `address` is missing'],
    ['{\n  "address": 7\n}', '2:14: `address` is 7'],
    ['{"address": "203.0.113.7",\n"port": "22"}', '2:9: `port` is "22"'],
    ['{"address": "203.0.113.7", "port": 65536}', '1:36: `port` is 65536'],
    ['{"address": "203.0.113.7", "user": "-l root"}', '1:36: `user` is "-l root"'],
    ['["203.0.113.7"]', '1:1: this is no object'],
    ['', '1:1: this is no object'],
    ['{"address": "203.0.113.7"', '1:26: this is not JSON'],
    ['{"address": "a", "address": "b"}', '1:18: this is not JSON'],
  ])('names the place of what is wrong in %j', (json, expected) => {
    expect(() => host(json)).toThrow(`clusters/staging/host.json:${expected}`);
  });

  it('tells everything that is wrong at once', () => {
    expect(() => host('{"port": 0, "user": ""}')).toThrow(
      /`address` is missing[\s\S]*`port` is 0[\s\S]*`user` is ""/,
    );
    expect(() => readHost('prod', () => undefined)).toThrow(
      /clusters\/prod\/host\.json is not there[\s\S]*clusters\/prod\/known_hosts is not there/,
    );
  });

  it('says that an environment has to be provisioned', () => {
    const rendered = hostFile(environmentWith(), undefined);
    expect(() => host(rendered)).toThrow(
      /staging has not been provisioned: .*host\.json has no address\n.*lunchbox provision staging apply/,
    );
    const located = hostFile(environmentWith(), { address: '203.0.113.7' });
    expect(host(located).address).toBe('203.0.113.7');
  });

  it('says how a missing host key is pinned', () => {
    for (const known of ['', `203.0.113.8 ${KEY}`, `@revoked 203.0.113.7 ${KEY}`]) {
      expect(() => host('{"address": "203.0.113.7"}', known)).toThrow(
        'clusters/staging/known_hosts holds no key of 203.0.113.7',
      );
      expect(() => host('{"address": "203.0.113.7"}', known)).toThrow('ssh_host_ed25519_key.pub');
    }
    expect(() => host('{"address": "203.0.113.7"}', 'nonsense')).toThrow('clusters/staging/known_hosts:1:1');
  });

  it('knows what an address is', () => {
    for (const good of [
      '203.0.113.7',
      'a',
      'droplet.example',
      'my_host',
      '2001:db8::1',
      '::1',
      '::ffff:203.0.113.7',
    ])
      expect(isHostAddress(good), good).toBe(true);
    for (const bad of [
      '',
      '-oA=b',
      'a b',
      'a\n',
      '\na',
      'a;b',
      'u@h',
      '[::1]',
      'a:22',
      'é.example',
      '$(x)',
      'a.',
      '.a',
    ])
      expect(isHostAddress(bad), bad).toBe(false);
    const hostile = fc.string().filter((text) => /^-|[\s@;$`%"'\\/[\]]/.test(text));
    fc.assert(fc.property(hostile, (text) => !isHostAddress(text)));
  });
});
