import type { Declaration } from '../declaration.ts';

/** Only an action: the command line has no pull request to write to. */
export const comment: Declaration = {
  name: 'comment',
  summary: 'Post a prepared comment on a pull request, or bring the one that is there up to date',
  details:
    'Computes nothing, so that only this step needs the right to write. There is one comment: it is found again by a\n' +
    'mark in its first line, and edited in place.',
  positionals: [],
  options: {},
  examples: [],
  action: {
    folder: 'comment',
    inputs: {
      'body-file': {
        type: 'string',
        required: true,
        description: 'Markdown file, as the action diff writes it',
      },
      create: {
        type: 'boolean',
        default: 'true',
        description: '`false`: only bring a comment up to date that is there, as when nothing changes',
      },
      number: { type: 'string', description: "Number of the pull request; the event's if left out" },
      token: {
        type: 'string',
        secret: true,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own syntax
        default: '${{ github.token }}',
        description: 'What to write with',
      },
    },
    outputs: {
      result: '`created`, `updated`, `unchanged`, or `skipped` with the reason in the log',
      url: 'Address of the comment, or nothing',
    },
    permissions: { 'pull-requests: write': 'to post the comment' },
  },
};
