import pc from 'picocolors';

/** Colours by meaning; each function returns its text unchanged when colour is off. */
export interface Palette {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
}

/**
 * Colour on a terminal only. `NO_COLOR` (any value) turns it off, `FORCE_COLOR` turns it on.
 * Source of both names: no-color.org and Node's own documentation.
 */
export function palette(
  stream: { isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Palette {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
  const on = forced || (stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb');
  const { bold, dim, green, yellow, red } = pc.createColors(on);
  return { bold, dim, good: green, warn: yellow, bad: red };
}
