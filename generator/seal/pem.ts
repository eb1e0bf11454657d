/** One block of a PEM text: what stands in its BEGIN line, and the whole block. */
export interface PemBlock {
  label: string;
  text: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n[\s\S]*?-----END \1-----/g;

/** The PEM blocks of a text, in order; text between blocks is allowed and ignored. */
export function pemBlocks(text: string): PemBlock[] {
  return Array.from(text.matchAll(BLOCK), (match) => ({ label: match[1] ?? '', text: `${match[0]}\n` }));
}
