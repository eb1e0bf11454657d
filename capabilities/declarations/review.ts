import { RISKS } from '../../generator/diff/risk.ts';
import type { Declaration } from '../declaration.ts';

export const review: Declaration = {
  name: 'review',
  summary: 'Show what a change does to every environment, and what is dangerous about it',
  details:
    'Compares the committed manifests of the merge base with those of the head: what is wanted with what is wanted,\n' +
    'without asking a cluster. Prints what the comment in a pull request says. Secret values are never shown.\n' +
    `Risks, the gravest first: ${RISKS.join(', ')}.`,
  positionals: [],
  options: {
    base: {
      type: 'string',
      value: 'REV',
      description: "What the change is to be merged into; the remote's main branch if left out",
    },
    head: { type: 'string', value: 'REV', description: 'The change; the working tree if left out' },
    'fail-on': {
      type: 'list',
      value: 'RISK',
      description: 'Exit 1 when there is this risk, or `any`',
    },
    html: {
      type: 'string',
      value: 'FILE',
      description: 'Also write the page: one file that needs nothing else',
    },
    markdown: { type: 'string', value: 'FILE', description: 'Also write the comment as Markdown' },
    brief: { type: 'boolean', description: 'Name the fields that change instead of showing diffs' },
    'no-schemas': {
      type: 'boolean',
      description: 'Leave kubeconform out; wiring and capacity are checked all the same',
    },
    fetch: { type: 'boolean', description: 'Ask the remote for history that was not fetched' },
  },
  examples: [
    { command: 'lunchbox review', does: 'What the working tree would change, compared with the main branch' },
    {
      command: 'lunchbox review --base v1.4 --head v1.5 --html review.html',
      does: 'Two releases, with the page',
    },
    {
      command: 'lunchbox review --base origin/main --fail-on data-loss,outage',
      does: 'As a gate in a script',
    },
  ],
  action: {
    folder: 'diff',
    details:
      'Compares the committed manifests of the merge base with those of the head: what is wanted with what is wanted,\n' +
      'without asking a cluster. Writes the comment, the page and the data as files, and posts nothing. Secret values are\n' +
      `never shown. Risks, the gravest first: ${RISKS.join(', ')}.`,
    inputs: {
      base: {
        type: 'string',
        description: "What the change is to be merged into; the pull request's base if left out",
      },
      head: { type: 'string', description: "The change; the pull request's head if left out" },
      'fail-on': {
        option: 'fail-on',
        description: 'Fail the step when there is this risk: names with commas between them, or `any`',
      },
      'no-schemas': { option: 'no-schemas' },
      output: {
        type: 'string',
        description: 'Folder for comment.md, review.html and review.json; one below RUNNER_TEMP if left out',
      },
    },
    outputs: {
      changed: '`true` when any object of any environment changes',
      'highest-risk': 'The gravest risk, or nothing',
      risks: 'Every risk there is, with commas between them',
      digests: 'JSON object: environment to the digest of its rendered bytes',
      folder: 'Where comment.md, review.html and review.json are',
    },
    permissions: { 'contents: read': 'to check out the repository' },
  },
};
