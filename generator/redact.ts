import { namesSecret } from './validate/credentials.ts';

/** What is put in place of a secret. */
const HIDDEN = '***';

const FORMS: readonly [RegExp, string][] = [
  // User and password of an address, up to its last @.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/'"@]*(?:@[^\s/'"@]*)*@/gi, `$1${HIDDEN}@`],
  [
    /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(?:basic|bearer|token)\s+)?[^\s"',]+/gi,
    `$1${HIDDEN}`,
  ],
  [/\b(bearer|basic)\s+[A-Za-z0-9._~+/-]{8,}=*/gi, `$1 ${HIDDEN}`],
  [/([?&](?:[a-z_-]*token|password|secret|sig(?:nature)?|x-amz-[a-z-]+)=)[^&\s"']+/gi, `$1${HIDDEN}`],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|dckr_[a-z]+_[\w-]{16,})/g, HIDDEN],
  [
    /\b(?:do[por]_v1_[0-9a-f]{16,}|sk_live_\w{16,}|xox[abpr]-[\w-]{10,}|npm_\w{30,}|A(?:KIA|SIA)[A-Z0-9]{16})/g,
    HIDDEN,
  ],
  // What joins a k3s cluster, and an age identity.
  [/\bK10[0-9a-f]{64}::[\w.-]+:[\w.-]+/g, HIDDEN],
  [/\bAGE-SECRET-KEY-1[0-9A-Z]+/g, HIDDEN],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, HIDDEN],
];

/** Hides what looks like a credential, and the values of the variables whose names say that they are secret. */
export function redactor(env: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const secrets = Object.entries(env)
    .filter(([name]) => namesSecret(name) || /^ACTIONS_.*TOKEN$/.test(name))
    // Masking short values would hide ordinary words.
    .flatMap(([, value]) => (value !== undefined && value.length >= 8 ? value.split(/[\r\n]+/) : []))
    .filter((line) => line.length >= 8)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let shown = text;
    for (const secret of secrets) shown = shown.replaceAll(secret, HIDDEN);
    for (const [form, replacement] of FORMS) shown = shown.replace(form, replacement);
    return shown;
  };
}

/** To its end, or to the end of the text where a cut took that. */
const PRIVATE_KEY =
  /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----[\s\S]*?(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY-----|$(?![\s\S]))/g;

/** A whole log, private keys that take several lines included. */
export function redactLog(log: string): string {
  const redact = redactor({});
  return log.replace(PRIVATE_KEY, HIDDEN).split('\n').map(redact).join('\n');
}
