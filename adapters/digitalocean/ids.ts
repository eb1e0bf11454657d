import { UserError } from '../../generator/errors.ts';

/*
 * dots-wrapper writes ids into paths as they are: what is no id would ask for something else, or delete it.
 */

function checked(what: string, pattern: RegExp): (id: string) => string {
  return (id) => {
    if (pattern.test(id)) return encodeURIComponent(id);
    throw new UserError({
      message: `${JSON.stringify(id)} is no ${what}`,
      remedy: 'See where it is from; nothing was asked with it.',
    });
  };
}

/** Of volumes, VPCs, firewalls and projects. */
export const uuid = checked('id', /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
export const ipv4 = checked(
  'IPv4 address',
  /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/,
);
export const zoneName = checked('zone', /^(?=.{1,253}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i);
/** Source: API reference, Tags: letters, numbers, colons, dashes, underscores, 255 at most. */
export const tagName = checked('tag', /^[A-Za-z0-9_:-]{1,255}$/);
export const slug = checked('slug', /^[a-z0-9][a-z0-9._-]{0,99}$/i);

/** Ids that are numbers: droplets, keys, actions, images, records. */
export function number(id: number): number {
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new UserError({
    message: `${String(id)} is no id`,
    remedy: 'See where it is from; nothing was asked with it.',
  });
}
