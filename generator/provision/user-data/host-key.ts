import { Buffer } from 'node:buffer';
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';

/** A host key for one run: the machine shows it until it has made one of its own. */
export interface HostKey {
  /** OpenSSH's own format, PEM. */
  privateKey: string;
  /** `ssh-ed25519 AAAA…` */
  publicKey: string;
}

/** PKCS#8 of an ed25519 key, up to its 32 bytes. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const TYPE = 'ssh-ed25519';
const TAG = 'lunchbox-key:';

/** @param seed 32 bytes that nobody can guess */
export function hostKeyFrom(seed: Uint8Array): HostKey {
  if (seed.length !== 32) throw new RangeError(`an ed25519 key has 32 bytes, not ${seed.length}`);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const blob = publicBlob(raw);
  // OpenSSH's PROTOCOL.key: magic, no cipher, one key; the private part begins with a number, twice.
  const check = createHash('sha256').update(seed).digest().subarray(0, 4);
  const secret = Buffer.concat([
    check,
    check,
    string(TYPE),
    string(raw),
    string(Buffer.concat([seed, raw])),
    string(''),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    string('none'),
    string('none'),
    string(''),
    uint32(1),
    string(blob),
    string(Buffer.concat([secret, padding])),
  ]);
  const lines = body.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`,
    publicKey: `${TYPE} ${blob.toString('base64')}`,
  };
}

/** `lunchbox-key:<base64url>`: a public host key as a tag of the droplet, for the next run. @throws RangeError for other keys than ed25519 */
export function keyTag(publicKey: string): string {
  const [type = '', blob = ''] = publicKey.trim().split(/\s+/);
  const bytes = Buffer.from(blob, 'base64');
  const raw = bytes.subarray(-32);
  if (type !== TYPE || !bytes.equals(publicBlob(raw))) throw new RangeError('this is no ed25519 public key');
  return TAG + raw.toString('base64url');
}

/** The public key that a tag holds; undefined for any other tag. */
export function keyOfTag(tag: string): string | undefined {
  if (!tag.startsWith(TAG) || !/^[\w-]{43}$/.test(tag.slice(TAG.length))) return undefined;
  const raw = Buffer.from(tag.slice(TAG.length), 'base64url');
  return raw.length === 32 ? `${TYPE} ${publicBlob(raw).toString('base64')}` : undefined;
}

/** `known_hosts` for a machine that may show one of these keys. */
export function knownHostsText(address: string, publicKeys: readonly string[]): string {
  return publicKeys.map((key) => `${address.toLowerCase()} ${key}\n`).join('');
}

function publicBlob(raw: Uint8Array): Buffer {
  return Buffer.concat([string(TYPE), string(raw)]);
}

function string(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
