import { readFileSync } from 'node:fs';
import { UserError } from '../../generator/errors.ts';
import { cannotBeRead } from '../cannot-be-read.ts';

const NEW_KEY =
  'Make one for deliveries alone, `ssh-keygen -t ed25519 -N "" -f deploy`, and give the file without `.pub`.';
const BEGIN = /^-----BEGIN ((?:OPENSSH|RSA|EC|DSA|ENCRYPTED)? ?PRIVATE KEY)-----$/;

/** The text of a key; undefined when the user's agent is to be asked. @throws UserError when there is neither */
export function keyText(key: { file: string } | { text: string } | undefined): string | undefined {
  if (key !== undefined) return 'file' in key ? privateKeyFile(key.file) : privateKey(key.text);
  if (process.env.SSH_AUTH_SOCK) return undefined;
  throw new UserError({
    message: 'there is no SSH key to reach the droplet with, and no agent runs',
    remedy: 'Name the file of a key, or start an agent and add one: `eval "$(ssh-agent)"; ssh-add`.',
  });
}

/** A private key from its file. @throws UserError, as `privateKey` */
export function privateKeyFile(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw cannotBeRead(`the SSH key ${file}`, error);
  }
  return privateKey(text, file);
}

/**
 * A private key as OpenSSH reads it: what copying into a secret does to it (other line ends, a lost last line end,
 * blanks around it) is mended.
 * @param name What the key is called in errors, which never hold anything of it.
 * @throws UserError for what OpenSSH cannot use here
 */
export function privateKey(text: string, name = 'the SSH key'): string {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim());
  while (lines[0] === '') lines.shift();
  while (lines.at(-1) === '') lines.pop();
  const refuse = (message: string, remedy: string): never => {
    throw new UserError({ message: `${name} ${message}`, remedy });
  };
  const [first = ''] = lines;
  if (first === '') return refuse('is empty', NEW_KEY);
  if (/^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+ AAAA/.test(first) || first === '---- BEGIN SSH2 PUBLIC KEY ----')
    return refuse('is a public key', 'Give the other half: the file of the same name without `.pub`.');
  if (/^-----BEGIN (?:RSA )?PUBLIC KEY-----$/.test(first) || first === '-----BEGIN CERTIFICATE-----')
    return refuse('is a public key', 'Give the other half, the private one.');
  if (first.startsWith('PuTTY-User-Key-File'))
    return refuse(
      'is a key of PuTTY',
      'Convert it: `puttygen key.ppk -O private-openssh -o key`, or make one with ssh-keygen.',
    );
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----./.test(first))
    return refuse('stands on one line', 'Its line ends were lost on the way: give the file as it is.');
  const kind = BEGIN.exec(first)?.[1]?.trim();
  if (kind === undefined)
    return refuse(
      'is no private key',
      lines.length === 1 && first.includes('\\n')
        ? 'Its line ends were written as `\\n`: give it with real ones.'
        : `It begins with \`-----BEGIN OPENSSH PRIVATE KEY-----\`. ${NEW_KEY}`,
    );
  if (lines.at(-1) !== `-----END ${kind}-----`)
    return refuse('is cut off', `Give the whole file, up to \`-----END ${kind}-----\`.`);
  if (isEncrypted(kind, lines))
    return refuse(
      'is protected by a passphrase',
      'Nobody is there to enter it. Add it to your agent (`ssh-add`) and name no key, or use a key without one.',
    );
  return `${lines.join('\n')}\n`;
}

function isEncrypted(kind: string, lines: readonly string[]): boolean {
  if (kind === 'ENCRYPTED PRIVATE KEY') return true;
  if (kind !== 'OPENSSH PRIVATE KEY') return lines.some((line) => /^Proc-Type: .*ENCRYPTED/.test(line));
  // OpenSSH's own format (PROTOCOL.key): the magic word, then the cipher's name with its length.
  const bytes = Buffer.from(lines.slice(1, -1).join(''), 'base64');
  const start = 'openssh-key-v1\0'.length;
  if (bytes.length < start + 8) return false;
  return bytes.subarray(start + 4, start + 4 + bytes.readUInt32BE(start)).toString('latin1') !== 'none';
}
