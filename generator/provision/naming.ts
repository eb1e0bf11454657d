import { createHash } from 'node:crypto';

/** Whatever can be tagged has this tag; what cannot has it in its description. Its absence means: not ours. */
export function environmentTag(app: string, environment: string): string {
  return `lunchbox:${app}:${environment}`;
}

/** The project is shared by the environments of an app. */
export function projectMark(app: string): string {
  return `lunchbox:${app}`;
}

/** What only one run at a time can have: the name of a project is unique in an account. */
export function lockName(app: string, environment: string): string {
  return `lunchbox-lock-${app}-${environment}`;
}

/** A key's name in the account. @param key One line of OpenSSH; its comment does not count. */
export function keyName(name: string, key: string): string {
  return `${name}-${sha256(keyBody(key)).slice(0, 8)}`;
}

/** A public key without its comment. */
export function keyBody(key: string): string {
  return key.trim().split(/\s+/).slice(0, 2).join(' ');
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** How far a droplet has come. `prepared`: its set-up succeeded; `ready`: it has taken over; `failed`: its set-up failed. */
export type Mark = 'prepared' | 'ready' | 'failed';

export function markTag(mark: Mark, app: string, environment: string): string {
  return `lunchbox-${mark}:${app}:${environment}`;
}

/** Of the run that made a droplet: what a failed run may remove. */
export function runTag(app: string, environment: string, run: string): string {
  return `lunchbox-run:${app}:${environment}:${run}`;
}

/** An address has neither name nor tag: a tag of the account remembers whose it is, also while it leads nowhere. */
export function addressTag(app: string, environment: string, ip: string): string {
  return `lunchbox-address:${app}:${environment}:${ip.replaceAll('.', '-')}`;
}

/** The address of such a tag; undefined for any other. */
export function addressOf(tag: string, app: string, environment: string): string | undefined {
  const prefix = addressTag(app, environment, '');
  const rest = tag.startsWith(prefix) ? tag.slice(prefix.length) : '';
  return /^\d{1,3}(?:-\d{1,3}){3}$/.test(rest) ? rest.replaceAll('-', '.') : undefined;
}

/** What a droplet was made from: neither its user-data nor a retired image can be read back from the API. */
export interface Made {
  image: string;
  userData: string;
  /** Where k3s keeps its state and the volumes of pods, which no later change of the account moves. */
  state: 'disk' | 'volume' | undefined;
}

export function madeTag(app: string, environment: string, { image, userData, state }: Made): string {
  return `${madePrefix(app, environment)}${[image, userData, ...(state ? [state] : [])].join(':')}`;
}

/** What a droplet was made from, as its tags say. */
export function madeOf(tags: readonly string[], app: string, environment: string): Made | undefined {
  const prefix = madePrefix(app, environment);
  const [image, userData, state] =
    tags
      .find((tag) => tag.startsWith(prefix))
      ?.slice(prefix.length)
      .split(':') ?? [];
  if (!image || !userData) return undefined;
  return { image, userData, state: state === 'disk' || state === 'volume' ? state : undefined };
}

function madePrefix(app: string, environment: string): string {
  return `lunchbox-made:${app}:${environment}:`;
}

/** Whether provisioning made a droplet, or was told to take it as its own: the environment's tag alone says neither. */
export function isProvisioned(tags: readonly string[], app: string, environment: string): boolean {
  const of = new RegExp(`^lunchbox-(?:run|made|prepared|ready|failed):${app}:${environment}(?::|$)`);
  return tags.some((tag) => of.test(tag));
}

/** Tags that mean nothing once the droplet that has them is gone. */
export function isDropletsOwnTag(tag: string): boolean {
  return /^lunchbox-(?:key|run|made):/.test(tag);
}

/** Tags of an environment, but for the marks of its droplets' keys. */
export function isTagOf(tag: string, app: string, environment: string): boolean {
  return (
    tag === environmentTag(app, environment) ||
    (tag.startsWith('lunchbox-') && new RegExp(`^lunchbox-[a-z]+:${app}:${environment}(?::|$)`).test(tag))
  );
}

/* How projects name what is in them. */

export function dropletUrn(id: number): string {
  return `do:droplet:${id}`;
}

export function volumeUrn(id: string): string {
  return `do:volume:${id}`;
}

export function addressUrn(ip: string): string {
  return `do:floatingip:${ip}`;
}

/** An address has two of them, of which the API may answer either. */
export function sameUrn(one: string, other: string): boolean {
  return (
    one.replace('do:reservedip:', 'do:floatingip:') === other.replace('do:reservedip:', 'do:floatingip:')
  );
}
