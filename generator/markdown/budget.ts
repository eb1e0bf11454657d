/** GitHub refuses a longer comment. Counted here in bytes, which are never fewer than characters. */
export const COMMENT_LIMIT = 65_536;
/** GitHub's limit for the summary of one step: a mebibyte, in bytes. */
export const SUMMARY_LIMIT = 1024 * 1024;

export function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** How many of these texts, each on lines of its own, fit into so many bytes; and how many bytes they take. */
export function fitting(texts: readonly string[], room: number): { taken: string[]; used: number } {
  const taken: string[] = [];
  let used = 0;
  for (const text of texts) {
    const needed = bytes(text) + 1;
    if (used + needed > room) break;
    taken.push(text);
    used += needed;
  }
  return { taken, used };
}
