import type { Fields } from './fields.ts';
import { isEntry } from './sections.ts';

/** As whom requests are made by somebody who may do that. */
export interface Impersonation {
  user: string;
  uid?: string | undefined;
  groups: readonly string[];
  /** By what each is about: `scopes`. */
  extra: Readonly<Record<string, readonly string[]>>;
}

/** What a user says of acting `as` another. @throws UserError */
export function readImpersonation(fields: Fields): Impersonation | undefined {
  const [user, uid] = [fields.text('as'), fields.text('as-uid')];
  const groups = texts(fields, 'as-groups', fields.value('as-groups'));
  const extra = extraOf(fields);
  if (user === undefined) {
    if (uid !== undefined || groups.length > 0 || Object.keys(extra).length > 0)
      fields.fail(
        'it wants `as-uid`, `as-groups` or `as-user-extra`, and names nobody',
        'Say as whom: `as: NAME`.',
      );
    return undefined;
  }
  const said = [user, uid ?? '', ...groups, ...Object.values(extra).flat()];
  if (said.some((text) => CONTROL.test(text)))
    fields.fail('what it says of `as` holds a line break or the like', 'Write it anew.');
  return { user, uid, groups, extra };
}

/** The headers that Kubernetes' own clients send. */
export function impersonationHeaders({
  user,
  uid,
  groups,
  extra,
}: Impersonation): Record<string, string | string[]> {
  const more = Object.entries(extra).filter(([, values]) => values.length > 0);
  return {
    'Impersonate-User': bytes(user),
    ...(uid === undefined ? {} : { 'Impersonate-Uid': bytes(uid) }),
    ...(groups.length === 0 ? {} : { 'Impersonate-Group': groups.map(bytes) }),
    ...Object.fromEntries(
      more.map(([key, values]) => [`Impersonate-Extra-${escapeKey(key)}`, values.map(bytes)]),
    ),
  };
}

/** All that no name of a header may hold, and the escape itself, byte by byte. */
function escapeKey(key: string): string {
  return bytes(key).replace(
    /[^!#$&'*+\-.0-9A-Z^_`a-z|~]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** UTF-8 as Node takes it in headers: one character for each byte. */
function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what no header can hold
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

function extraOf(fields: Fields): Record<string, string[]> {
  const extra = fields.value('as-user-extra') ?? {};
  if (!isEntry(extra)) return fields.fail('`as-user-extra` is no mapping', 'Write `KEY: [VALUE]` below it.');
  const read = Object.entries(extra).map(
    ([key, list]) => [key, texts(fields, `as-user-extra: ${key}`, list)] as const,
  );
  return Object.fromEntries(read);
}

function texts(fields: Fields, key: string, list: unknown): string[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list) || !list.every((text) => typeof text === 'string'))
    return fields.fail(`\`${key}\` is no list of texts`, 'Write `[TEXT, …]`, numbers in quotes.');
  return list;
}
