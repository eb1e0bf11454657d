import * as v from 'valibot';

/*
 * The single values a spec may hold. A message says what is expected, as the end of the sentence
 * "PATH: expected …"; it is the same whichever of its checks fails.
 */

const text = (expected: string, pattern: RegExp, max = 253) =>
  v.pipe(v.string(expected), v.regex(pattern, expected), v.maxLength(max, expected));

const whole = (min: number, max: number, what = 'a whole number') => {
  const expected = `${what} from ${min} to ${max}`;
  return v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(min, expected),
    v.maxValue(max, expected),
  );
};

export const port = whole(1, 65535, 'a port');
export const seconds = (min: number, max: number) => whole(min, max, 'whole seconds');
export const count = (min: number, max: number) => whole(min, max);
export const flag = v.boolean('true or false');

/** RFC 1123 label, as Kubernetes demands of most names; shorter than 63 so that suffixes fit. */
export const label = (max = 40) =>
  text(
    `a name of lower-case letters, digits and \`-\`, beginning with a letter, at most ${max} long`,
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    max,
  );

export const host = text(
  'a host name such as shop.example.com',
  /^(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])$/,
);
export const email = text('an e-mail address', /^[^\s@"<>]+@[^\s@"<>]+\.[^\s@"<>]+$/);
export const envName = text(
  'an environment variable name (letters, digits, `_`, `.`, `-`)',
  /^[A-Za-z_.-][A-Za-z0-9_.-]*$/,
);
/** An environment variable's value: always text; numbers and words keep the form in which they are written. */
export const envValue = v.string('text, a number, true or false');
export const secretItem = text(
  'the name of a sealed value (letters, digits, `_`, `.`, `-`)',
  /^[A-Za-z0-9_.-]+$/,
);
export const absolutePath = text(
  'an absolute path without `..` or `:`, such as /data',
  /^\/(?!.*(^|\/)\.\.(\/|$))[^:\0\n]+$/,
  4096,
);
export const urlPath = text('a path that begins with /', /^\/[^\s?#]*$/, 2048);
export const relativePath = text(
  'a path inside the repository, with `/` and without `..`',
  /^(?![/\\])(?!.*(^|[/\\])\.\.([/\\]|$))[^\\\0\n]+$/,
  1024,
);
export const quantity = text(
  'a Kubernetes quantity such as 250m, 512Mi or 1Gi',
  /^([0-9]+(\.[0-9]*)?|\.[0-9]+)(m|k|M|G|T|Ki|Mi|Gi|Ti|e[0-9]+)?$/,
  32,
);
/** CPU may be written as a bare number of cores. */
export const cpu = v.union(
  [quantity, v.pipe(v.number(), v.minValue(0.001))],
  quantity.pipe[0].message as string,
);
export const argument = v.string('text (put numbers in quotes)');
export const schedule = text(
  'a cron schedule of five fields such as "15 3 * * *", or @hourly, @daily, @weekly, @monthly',
  /^(@(hourly|daily|midnight|weekly|monthly|yearly|annually)|([0-9A-Za-z*,/?-]+ ){4}[0-9A-Za-z*,/?-]+)$/,
);
export const slug = text('a DigitalOcean slug such as s-2vcpu-4gb', /^[a-z0-9]+(-[a-z0-9]+)*$/, 64);
/** One line of an OpenSSH `.pub` file. */
export const sshKey = text(
  'a public key of OpenSSH, in one line: ssh-ed25519 AAAA… comment',
  /^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}(?: [^\p{Cc}"\\]*)?$/u,
  2048,
);
export const addressRange = text(
  'a range of addresses such as 203.0.113.0/24 or 2001:db8::/32',
  /^(?:(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\/(?:3[0-2]|[12]?\d)|(?=[0-9a-f:]*:[0-9a-f:]*:)[0-9a-f:]{2,39}\/(?:12[0-8]|1[01]\d|[1-9]?\d))$/,
);
export const ageRecipient = text('a recipient of age: age1…', /^age1[02-9ac-hj-np-z]{58}$/);
export const bucket = text('the name of a bucket', /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 63);
export const httpsUrl = text('an address that begins with https://', /^https:\/\/[a-z0-9.-]+(?::\d+)?\/?$/);
export const version = text(
  'an exact version such as v1.21.2',
  /^v?[0-9]+(\.[0-9]+){1,2}([-+.][0-9A-Za-z.-]+)?$/,
  64,
);

/** `[registry/]path`, lower case, without tag or digest. */
export const repository = text(
  'an image repository such as ghcr.io/acme/shop',
  /^(?:[a-z0-9.-]+(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/,
);
export const tag = text('an image tag', /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, 128);
export const digest = text('a digest: sha256: and 64 hexadecimal digits', /^sha256:[0-9a-f]{64}$/, 71);
/** `repository[:tag][@digest]` in one text. */
export const imageReference = text(
  'an image such as ghcr.io/acme/shop or ghcr.io/acme/shop:main',
  /^(?:[a-z0-9.-]+(?::[0-9]+)?\/)?[a-z0-9._/-]+(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
  512,
);
