import { pinned } from './pins.ts';

/** Where Lunchbox' own actions come from: this repository itself, or a release of it. */
export type ActionSource =
  | { kind: 'local' }
  | {
      kind: 'release';
      /** `owner/name` on GitHub. */
      repository: string;
      /** Full commit. */
      commit: string;
      /** `v1.2.3`; shown as a comment. */
      version: string;
    };

/** An environment as a workflow sees it, in the order of delivery. */
export interface Stage {
  name: string;
}

/** GitHub's expression syntax; never inside `run:`. */
export function expression(text: string): string {
  return `\${{ ${text} }}`;
}

/** What stands after `uses:` for one of Lunchbox' own actions. */
export function own(source: ActionSource, action: string): string {
  if (source.kind === 'local') return `./actions/${action}`;
  return `${source.repository}/actions/${action}@${source.commit} # ${source.version}`;
}

/** Steps before the first of Lunchbox' own actions: the code, and from the repository itself also its bundles. */
export function checkout(
  source: ActionSource,
  { ref, history }: { ref?: string; history?: string } = {},
): string {
  const lines = [
    `- uses: ${pinned('checkout')}`,
    '  with:',
    ...(ref === undefined ? [] : [`    ref: ${ref}`]),
    ...(history === undefined ? [] : [`    fetch-depth: 0 # ${history}`]),
    '    persist-credentials: false',
    ...(source.kind === 'local' ? ['- uses: ./actions/setup'] : []),
  ];
  return lines.join('\n');
}

/** Lays text into a list or mapping that stands so many blanks to the right. */
export function indent(text: string, blanks: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(blanks));
}

/** What every generated file begins with, so that nobody wonders whether to edit it. */
export const WRITTEN_BY = '# Written by `lunchbox init`, and yours from now on.\n';
