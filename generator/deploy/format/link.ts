import { sanitize } from '../../sanitize.ts';

/** An address inside the round brackets of a Markdown link: nothing in it ends the link, or makes another. */
export function link(url: string): string {
  return sanitize(url).replace(
    /[()<>\s"'\\[\]]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
