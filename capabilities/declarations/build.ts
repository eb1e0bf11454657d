import type { Declaration } from '../declaration.ts';

export const build: Declaration = {
  name: 'build',
  summary: 'Build the image, push it, and record its digest in clusters/<env>/release.yaml',
  details:
    'Runs `docker buildx build`; without buildx `docker build` and `docker push`, which attest nothing. An image that\n' +
    'the registry has of the same source is not built again. The plan is shown before anything is done.',
  positionals: [
    { name: 'env', description: 'Environments; all if none is named', required: false, many: true },
  ],
  options: {
    revision: {
      type: 'string',
      value: 'COMMIT',
      description: 'Full commit of the source; the one that last changed it if left out',
    },
    ref: { type: 'string', value: 'REF', description: 'Branch or tag, for a second tag of the image' },
    'source-url': { type: 'string', value: 'URL', description: 'Where the source can be read, for a label' },
    platform: {
      type: 'list',
      value: 'PLATFORM',
      description: 'Instead of those of lunchbox.yaml, e.g. linux/amd64,linux/arm64',
    },
    'cache-from': { type: 'string', value: 'CACHE', description: 'As `docker buildx build` takes it' },
    'cache-to': { type: 'string', value: 'CACHE', description: 'As `docker buildx build` takes it' },
    provenance: {
      type: 'string',
      value: 'MODE',
      description: 'max, min or none; max if left out and the builder can',
    },
    'no-sbom': { type: 'boolean', description: 'Attest no bill of materials' },
    'no-push': { type: 'boolean', description: 'Build only: nothing is pushed or recorded' },
    'no-release': { type: 'boolean', description: 'Push, but record nothing in release.yaml' },
    rebuild: { type: 'boolean', description: 'Build although the registry has an image of this source' },
  },
  examples: [
    { command: 'lunchbox build staging', does: 'Build, push, and write clusters/staging/release.yaml' },
    { command: 'lunchbox build --no-push', does: 'See whether it builds' },
  ],
  action: {
    folder: 'build-image',
    inputs: {
      environments: { type: 'list', description: 'Environments; all if none is named' },
      revision: { option: 'revision' },
      platform: { option: 'platform' },
      cache: {
        type: 'string',
        default: 'gha',
        description: "`gha`: GitHub's cache; `none`; or a cache as `docker buildx build` takes it",
      },
      provenance: { option: 'provenance' },
      sbom: {
        type: 'boolean',
        default: 'true',
        description: 'Attest a bill of materials, where the builder can',
      },
      push: { type: 'boolean', default: 'true', description: '`false`: build only' },
      release: {
        type: 'boolean',
        default: 'true',
        description: '`false`: leave clusters/<env>/release.yaml alone',
      },
      rebuild: { option: 'rebuild' },
    },
    outputs: {
      image: 'The images by digest, repository@sha256:…, with blanks between them',
      digest: 'Digest of the first image',
      revision: 'Full commit of the source of the first image',
      skipped: '`true` when nothing had to be built',
    },
    permissions: {
      'contents: read': 'to check out the repository',
      'packages: write': "to push to GitHub's registry",
    },
  },
};
