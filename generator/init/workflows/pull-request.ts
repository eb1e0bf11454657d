import { pinned } from './pins.ts';
import { type ActionSource, checkout, expression, indent, own } from './workflow.ts';

/** `.github/workflows/pull-request.yml`: shows a reviewer what a change does, and checks it. */
export function pullRequestWorkflow(source: ActionSource): string {
  const local = source.kind === 'local';
  return `# Shows the reviewer of a pull request what it changes in each environment, and how dangerous that is.
name: pull-request

on:
  pull_request:

permissions: {}

concurrency:
  group: pull-request-${expression('github.event.pull_request.number')}
  cancel-in-progress: true

jobs:
  review:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read # to check out the repository
    outputs:
      changed: ${expression('steps.diff.outputs.changed')}
    steps:
${indent(checkout(source, { ref: expression('github.event.pull_request.head.sha'), history: 'the merge base, which may be far back' }), 6)}
      - name: Rendered files are what lunchbox.yaml says
        uses: ${own(source, 'render')}
        with:
          check: true
      - name: Validate
        if: ${expression('!cancelled()')}
        uses: ${own(source, 'validate')}
      - name: Review
        id: diff
        if: ${expression('!cancelled()')}
        uses: ${own(source, 'diff')}
      - name: Keep the whole report
        if: ${expression("!cancelled() && steps.diff.outputs.folder != ''")}
        uses: ${pinned('uploadArtifact')}
        with:
          name: lunchbox-review
          path: ${expression('steps.diff.outputs.folder')}
          if-no-files-found: error
          retention-days: 30

  # The only job that may write, and it computes nothing${local ? ': it runs the code of the base, not of the pull request' : ''}.
  comment:
    needs: review
    if: ${expression("!cancelled() && needs.review.outputs.changed != ''")}
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
${local ? '      contents: read # to check out the base\n' : ''}      pull-requests: write # to post the comment
    steps:
${local ? `${indent(checkout(source, { ref: expression('github.event.pull_request.base.sha') }), 6)}\n` : ''}      - uses: ${pinned('downloadArtifact')}
        with:
          name: lunchbox-review
          path: ${expression('runner.temp')}/lunchbox-review
      - name: Comment
        uses: ${own(source, 'comment')}
        with:
          body-file: ${expression('runner.temp')}/lunchbox-review/comment.md
          # When nothing changes, a comment that is there is brought up to date, and none is made.
          create: ${expression('needs.review.outputs.changed')}
`;
}
