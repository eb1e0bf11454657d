/** One YAML document of a file. */
export interface DocumentText {
  /** The line of the file on which `text` begins, from 1. */
  line: number;
  text: string;
}

/**
 * Parts a file into its YAML documents. A `---` at the beginning of a line always parts, even inside a block scalar.
 * Lines keep their numbers: what stands behind the mark stays, the mark itself becomes blanks.
 */
export function splitDocuments(text: string): DocumentText[] {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const documents: DocumentText[] = [];
  let start = 0;
  let current: string[] = [];
  const finish = () => {
    if (current.some((line) => /^\s*[^\s#]/.test(line)))
      documents.push({ line: start + 1, text: current.join('\n') });
  };
  lines.forEach((line, index) => {
    const mark = /^(---|\.\.\.)(?=\s|$)/.exec(line);
    if (mark) {
      finish();
      start = index;
      current = [`   ${line.slice(3)}`];
    } else if (current.length === 0 && line.startsWith('%')) current.push('');
    else current.push(line);
  });
  finish();
  return documents;
}

/** The line of the file on which a document's first word stands, behind its mark, comments and blanks. */
export function firstLine({ line, text }: DocumentText): number {
  return line + text.slice(0, text.search(/^[ \t]*[^\s#]/m)).split('\n').length - 1;
}
