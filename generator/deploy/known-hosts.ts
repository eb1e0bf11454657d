import { Buffer } from 'node:buffer';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Problem, UserError } from '../errors.ts';

/** A host key that is pinned: one line of `known_hosts`. */
export interface PinnedKey {
  /** From 1. */
  line: number;
  marker: 'cert-authority' | 'revoked' | undefined;
  /** Names, patterns, or one hash, as written. */
  hosts: string;
  /** `ssh-ed25519`. */
  type: string;
  /** `SHA256:…`, as OpenSSH shows it. */
  fingerprint: string;
}

/**
 * Reads OpenSSH's `known_hosts`.
 * @throws UserError for every line that OpenSSH would pass over in silence
 */
export function readKnownHosts(file: string, text: string): PinnedKey[] {
  const problems: Problem[] = [];
  const keys: PinnedKey[] = [];
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    const fields = content.trim().split(/\s+/);
    if (fields[0] === '' || fields[0]?.startsWith('#')) continue;
    const marker = fields[0]?.startsWith('@') ? fields.shift()?.slice(1) : undefined;
    const [hosts = '', type = '', blob = ''] = fields;
    const bytes = Buffer.from(blob, 'base64');
    const named = bytes.length > 4 ? bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('latin1') : '';
    if ((marker !== undefined && !isMarker(marker)) || type === '' || named !== type)
      problems.push({
        place: { file, line: index + 1, column: 1 },
        message: 'this is no line of `known_hosts`',
        remedy: 'Write `HOST KEY-TYPE KEY`, such as `203.0.113.7 ssh-ed25519 AAAA…`.',
      });
    else {
      const digest = createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '');
      keys.push({
        line: index + 1,
        marker: isMarker(marker) ? marker : undefined,
        hosts,
        type,
        fingerprint: `SHA256:${digest}`,
      });
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  return keys;
}

/** The keys by which OpenSSH would know this host: those of its port first, else those without a port. */
export function keysOf(keys: readonly PinnedKey[], host: string, port = 22): PinnedKey[] {
  const named = (name: string) =>
    keys.filter(({ hosts, marker }) => marker !== 'revoked' && matches(hosts, name));
  const own = named(hostName(host, port));
  return own.length > 0 || port === 22 ? own : named(host.toLowerCase());
}

/** A host as `known_hosts` writes it. */
export function hostName(host: string, port = 22): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

function isMarker(text: string | undefined): text is 'cert-authority' | 'revoked' {
  return text === 'cert-authority' || text === 'revoked';
}

function matches(hosts: string, name: string): boolean {
  const hashed = /^\|1\|([^|]+)\|([^|]+)$/.exec(hosts);
  if (hashed) {
    const [, salt = '', hash = ''] = hashed;
    const expected = Buffer.from(hash, 'base64');
    const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
    return expected.length === actual.length && timingSafeEqual(expected, actual);
  }
  const patterns = hosts.toLowerCase().split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => fits(pattern, name));
}

/** OpenSSH's patterns know `*` and `?` alone. */
function fits(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
