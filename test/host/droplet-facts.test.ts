import { describe, expect, it } from 'vitest';
import {
  type DropletFacts,
  parseDropletFacts,
  writeDropletFacts,
} from '../../generator/host/droplet-facts.ts';

const FILE = 'clusters/prod/droplet.json';
const WHOLE: DropletFacts = {
  address: '203.0.113.7',
  dropletId: 123,
  interfaces: [
    {
      name: 'eth0',
      mac: 'd6:3a:10:9b:2e:41',
      addresses: ['203.0.113.9/20', '10.17.0.5/16', '2001:db8:1::9/64'],
    },
    { name: 'eth1', mac: '0a:bb:cc:dd:ee:ff', addresses: ['10.10.0.2/20'] },
  ],
  gateway4: '203.0.113.1',
  gateway6: '2001:db8:1::1',
  nameservers: ['67.207.67.3', '2001:4860:4860::8888'],
};

describe('droplet.json', () => {
  it('is read as it was written, in one order of keys', () => {
    const text = writeDropletFacts(WHOLE);
    expect(parseDropletFacts(FILE, text)).toEqual(WHOLE);
    const { address, ...rest } = WHOLE;
    expect(writeDropletFacts({ ...rest, address })).toBe(text);
    expect(parseDropletFacts(FILE, '{"address": "droplet.example", "port": 2222, "user": "ci"}')).toEqual({
      address: 'droplet.example',
      port: 2222,
      user: 'ci',
    });
  });

  it.each([
    ['{}', '1:1: `address` is missing'],
    ['{\n  "address": "-oProxyCommand=x"\n}', '2:14: `address` is "-oProxyCommand=x"'],
    ['{"address": "a", "dropletID": 7}', '1:31: unknown key `dropletID`; did you mean `dropletId`?'],
    ['{"address": "a", "dropletId": "7"}', '1:31: `dropletId` is "7"'],
    ['{"address": "a",\n "gateway4": "203.0.113"}', '2:14: `gateway4` is "203.0.113"'],
    ['{"address": "a", "gateway6": "fe80"}', '1:30: `gateway6` is "fe80"'],
    ['{"address": "a", "nameservers": ["dns.example"]}', '1:33: `nameservers` is ["dns.example"]'],
    ['{"address": "a", "interfaces": "eth0"}', '1:32: `interfaces` is "eth0"'],
    ['{"address": "a", "interfaces": [7]}', '1:33: `interfaces` holds 7'],
    [
      '{"address": "a", "interfaces": [\n {"name": "eth0", "mac": "D6:3A", "addresses": []}]}',
      '2:26: `mac` is "D6:3A"',
    ],
    [
      '{"address": "a", "interfaces": [\n {"name": "eth0", "mac": "d6:3a:10:9b:2e:41", "addresses": ["10.0.0.1"]}]}',
      '2:60: `addresses` is ["10.0.0.1"]',
    ],
    [
      '{"address": "a", "interfaces": [\n {"name": "eth0; reboot", "mac": "d6:3a:10:9b:2e:41", "addresses": ["10.0.0.1/33"]}]}',
      '2:11: `name` is "eth0; reboot"',
    ],
    ['{"address": "a", "interfaces": [{"name": "eth0"}]}', '1:33: `mac` is missing'],
    ['{"__proto__": 1, "address": "a"}', 'unknown key `__proto__`'],
    ['[]', '1:1: this is no object'],
    ['{"address": "a"', '1:16: this is not JSON'],
  ])('names the place of what is wrong in %j', (text, expected) => {
    expect(() => parseDropletFacts(FILE, text)).toThrow(expected);
    expect(() => parseDropletFacts(FILE, text)).toThrow(FILE);
  });
});
