import { quoted, scalar } from '../render/yaml/scalar.ts';

/** A scalar inside `{}` or `[]`, where more characters have a meaning. */
export function flowScalar(text: string): string {
  const written = scalar(text);
  return written.startsWith('"') || /^[\w./@-]+$/.test(written) ? written : quoted(text);
}
