import { type ErrorCode, isAlias, isNode, LineCounter, type Node, parseAllDocuments, visit } from 'yaml';
import type { Problem } from '../errors.ts';
import type { Place } from '../finding.ts';
import { nestsTooDeeply } from '../yaml-nesting.ts';

/** The documents of a YAML text (JSON is one of its forms), every scalar a string, and where things stand in it. */
export interface YamlSource {
  contents: (Node | null)[];
  problems: Problem[];
  placeOf(offset: number): Place;
}

/**
 * What a syntax error is called here. The library's own messages quote the text, and the text may be a secret, so
 * none of them is ever shown.
 */
const SYNTAX: Partial<Record<ErrorCode, string>> = {
  BAD_DQ_ESCAPE: 'unknown escape in a double-quoted text',
  BAD_INDENT: 'wrong indentation',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping where a value on one line belongs',
  DUPLICATE_KEY: 'the same key twice',
  MISSING_CHAR: 'a character is missing (a colon, a quote or a bracket)',
  MULTILINE_IMPLICIT_KEY: 'a key over several lines; is a colon missing?',
  TAB_AS_INDENT: 'a tab where YAML wants blanks',
  RESOURCE_EXHAUSTION: 'nested too deeply',
};

/** Parses without ever throwing; aliases and tags are problems, so that a text is no longer than it looks. */
export function yamlSource(file: string, text: string, remedy: string): YamlSource {
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (nestsTooDeeply(text)) {
    const place = { file, line: 1, column: 1 };
    return {
      contents: [],
      problems: [{ message: 'not valid YAML: nested too deeply', place, remedy }],
      placeOf,
    };
  }
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, schema: 'failsafe' });
  const problems: Problem[] = [];
  const contents: (Node | null)[] = [];
  for (const document of 'empty' in documents ? [] : documents) {
    // After the first mistake in the syntax the parser only guesses; keys that stand twice are no such mistake.
    const [first, ...others] = document.errors;
    const told = [...(first ? [first] : []), ...others.filter(({ code }) => code === 'DUPLICATE_KEY')];
    for (const { code, pos } of told) {
      problems.push({
        message: `not valid YAML: ${SYNTAX[code] ?? 'unexpected text'}`,
        place: placeOf(pos[0]),
        remedy,
      });
    }
    contents.push(document.contents);
    visit(document.contents, (_, node) => {
      if (!isNode(node)) return;
      const oddity = isAlias(node) ? 'an alias (*…)' : node.tag === undefined ? undefined : 'a tag (!…)';
      if (oddity === undefined) return;
      problems.push({
        message: `${oddity}, which is not used here`,
        place: placeOf(node.range?.[0] ?? 0),
        remedy,
      });
    });
  }
  return { contents, problems, placeOf };
}
