import { generateKeyPairSync } from 'node:crypto';
import type { Environment } from '../../../generator/spec/environment.ts';
import { readSpec } from '../../../generator/spec/read-spec.ts';

/** An environment whose droplet is given as YAML in one line. */
export function environmentWith(droplet = '{}', more = ''): Environment {
  const text = `app: shop\nimage: ghcr.io/acme/shop\nworkloads: { web: { port: 8080 } }\n${more}droplet: ${droplet}\nenvironments: { prod: {} }\n`;
  const [prod] = readSpec('lunchbox.yaml', text, () => undefined).environments;
  if (!prod) throw new Error('no environment');
  return prod.environment;
}

/** A public key of OpenSSH whose private half nobody keeps. */
export function publicKey(comment = ''): string {
  const { publicKey: key } = generateKeyPairSync('ed25519');
  const raw = key.export({ format: 'der', type: 'spki' }).subarray(-32);
  const blob = Buffer.concat([
    Buffer.from([0, 0, 0, 11]),
    Buffer.from('ssh-ed25519'),
    Buffer.from([0, 0, 0, 32]),
    raw,
  ]);
  return `ssh-ed25519 ${blob.toString('base64')}${comment === '' ? '' : ` ${comment}`}`;
}
