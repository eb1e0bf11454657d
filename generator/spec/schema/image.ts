import * as v from 'valibot';
import * as is from './values.ts';

const doc = v.description;

const build = v.object(
  {
    context: v.optional(
      v.pipe(
        v.string('a path, or a git URL at a commit'),
        doc('Folder, or git URL `https://…/app.git#COMMIT`'),
      ),
      '.',
    ),
    dockerfile: v.optional(v.pipe(is.relativePath, doc('A file of this repository')), 'Dockerfile'),
    platforms: v.optional(
      v.pipe(
        v.array(v.picklist(['linux/amd64', 'linux/arm64'], 'linux/amd64 or linux/arm64')),
        doc('What it is built for'),
      ),
      ['linux/amd64'],
    ),
    target: v.optional(v.pipe(is.argument, doc('A stage of the Dockerfile'))),
    args: v.optional(v.pipe(v.record(is.envName, is.argument), doc('Build arguments; no secrets')), {}),
  },
  'a mapping such as { context: ., dockerfile: Dockerfile }',
);

export const image = v.union(
  [
    is.imageReference,
    v.object({
      repository: v.pipe(is.repository, doc('Where the image is kept, without tag')),
      tag: v.optional(v.pipe(is.tag, doc('Allows this tag to run until release.yaml holds a digest'))),
      digest: v.optional(v.pipe(is.digest, doc('Always run exactly this image'))),
      private: v.optional(v.pipe(is.flag, doc('Pull it with the sealed value .dockerconfigjson')), false),
      build: v.optional(v.pipe(build, doc('How it is built; left out: somebody else builds it'))),
    }),
  ],
  'an image such as ghcr.io/acme/shop, or a mapping with `repository`',
);
