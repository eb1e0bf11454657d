import type { Declaration } from '../declaration.ts';

export const release: Declaration = {
  name: 'release',
  summary: 'Record in clusters/<env>/release.yaml which image an environment runs',
  details:
    'The pipeline does this after each build. By hand: to go back, or to run an image that was built elsewhere.',
  positionals: [
    { name: 'env', description: 'The environment', required: true },
    { name: 'image', description: "repository@sha256:…, or sha256:… of the app's own image", required: true },
  ],
  options: {
    revision: { type: 'string', value: 'COMMIT', description: 'Commit that the image was built from' },
  },
  examples: [
    {
      command: 'lunchbox release staging ghcr.io/acme/shop@sha256:4f1d… --revision 1c0ffee',
      does: 'Run exactly this image; render and commit to bring it about',
    },
  ],
};
