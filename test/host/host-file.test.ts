import { describe, expect, it } from 'vitest';
import { hostFile } from '../../generator/host/host-file.ts';
import { readSpec } from '../../generator/spec/read-spec.ts';
import { isGenerated } from '../../generator/tree/header.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAUWWcVvXeLle36ZUMYtRQ/WmxGpafxHN8n7M0pgDj4C me@laptop';
const environment = (droplet: string) => {
  const text = `app: shop\nimage: ghcr.io/acme/shop\nworkloads: { web: { port: 8080 } }\ndroplet: ${droplet}\nenvironments: { prod: {} }\n`;
  const [prod] = readSpec('lunchbox.yaml', text, () => undefined).environments;
  if (!prod) throw new Error('no environment');
  return prod.environment;
};
const read = (text: string): unknown => {
  // Later renders know it again.
  expect(isGenerated(text)).toBe(true);
  return JSON.parse(text);
};

describe('host.json', () => {
  it('says what NixOS needs, and leaves out what does not apply', () => {
    const text = hostFile(environment('{ volume: none }'), undefined);
    expect(isGenerated('{\n  "address": "203.0.113.7"\n}\n')).toBe(false);
    expect(read(text)).toEqual({
      hostName: 'shop-prod',
      stateVersion: '26.05',
      role: 'server',
      operators: [],
      deploy: [],
      sshFrom: ['0.0.0.0/0', '::/0'],
    });
  });

  it('takes keys, volume and backups from the spec, and the network from droplet.json', () => {
    const droplet = `{ ssh: { operators: ["${KEY}"], from: [203.0.113.0/24] }, backups: { endpoint: "https://s3.example", bucket: shop, region: fra1 } }`;
    const interfaces = [{ name: 'eth0', mac: 'd6:3a:10:9b:2e:41', addresses: ['203.0.113.9/20'] }];
    const facts = { address: '203.0.113.7', dropletId: 1, interfaces, gateway4: '203.0.113.1' };
    expect(read(hostFile(environment(droplet), facts))).toEqual({
      address: '203.0.113.7',
      hostName: 'shop-prod',
      stateVersion: '26.05',
      role: 'server',
      operators: [KEY],
      deploy: [],
      sshFrom: ['203.0.113.0/24'],
      network: { interfaces, gateway4: '203.0.113.1' },
      volume: { name: 'shop-prod', mountPoint: '/srv/data' },
      backups: { endpoint: 'https://s3.example', bucket: 'shop', region: 'fra1' },
    });
  });
});
