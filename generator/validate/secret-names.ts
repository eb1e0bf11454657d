import { namesSecret } from './credentials.ts';

/** Words that turn a secret into something about it: `token-url`, `secretName`. */
const ABOUT = new Set(
  'audience class count dir enabled endpoint expiration expiry file host id issuer kind length mode name namespace names path port ref required size store ttl type uri url version'.split(
    ' ',
  ),
);
/** Words that say nothing: `SECRET_KEY_BASE`, `token1`. */
const FILLING =
  /^(?:b64|base|base64|current|data|hash|new|old|plain|previous|raw|string|text|value|values|\d+)$/;
const PASSWORD = /passw(?:or)?d|passphrase/;
const LAST =
  /^(?:pass|pw|auth|authorization|cookie|salt|creds?|credentials?)$|(?:secret|token)s?\d*$|pwd\d*$|^(?:admin|db|mysql|pg|redis|require|root|user)pass$|^masterauth$/;
const KEY = /^(?:(api|access|private|secret|encryption|signing|jwt))?keys?\d*$/;
/** Keys that open something, as opposed to `topologyKey` and `publicKey`. */
const OPENING = new Set(
  'access account aes api app application auth cipher client cookie crypt crypto deploy encryption hmac jwe jws jwt license mac master private root rsa salt secret session shared signature signing ssh ssl tls token webhook'.split(
    ' ',
  ),
);

/** Every name that says so has one of these in it. */
const HINT = /pass|pwd|pw|secret|token|cred|key|auth|cookie|salt/i;

/** Whether anywhere in a text there may be a name that says its value is secret. */
export function hasSecretName(text: string): boolean {
  return HINT.test(text);
}

/**
 * Whether a value of this name may be secret: what is shown hides rather too much than too little. Wider than
 * `namesSecret`, by which things are refused: `PGPASSWORD`, `REDIS_AUTH`, `jwtKey`; not `secretName`, `token-url`.
 */
export function mayNameSecret(name: string): boolean {
  // A digest of what hangs on it: whoever reads it knows nothing but that it changed.
  if (!hasSecretName(name) || name.startsWith('checksum/')) return false;
  if (namesSecret(name)) return true;
  const words = name
    .slice(name.lastIndexOf('/') + 1)
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  if (ABOUT.has(words.at(-1) ?? '')) return false;
  if (words.some((word) => PASSWORD.test(word))) return true;
  while (words.length > 1 && FILLING.test(words.at(-1) ?? '')) words.pop();
  const last = words.at(-1) ?? '';
  if (LAST.test(last)) return true;
  const key = KEY.exec(last);
  return key !== null && (key[1] !== undefined || OPENING.has(words.at(-2) ?? ''));
}
