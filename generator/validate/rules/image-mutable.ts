import { text } from '../../fields.ts';
import { UNRELEASED } from '../../release/release.ts';
import type { Rule } from '../rule.ts';

export const imageMutable: Rule = {
  id: 'image-mutable',
  severity: 'warning',
  summary: 'A container runs an image by tag instead of by digest',
  why: 'A tag can be moved: two pods of one Deployment may run different code, a rollback may bring the new version, and a push to the same tag rolls nothing out. A digest is always the same bytes.',
  fix: 'Run `lunchbox release <env> <image>`, or push to main: the pipeline writes the digest into release.yaml. By hand: `image: name@sha256:…`.',
  *check(cluster) {
    for (const pod of cluster.podTemplates) {
      for (const { data, path, name } of pod.containers) {
        const image = text(data.image);
        if (image === undefined || image.includes('@sha256:')) continue;
        const tag = /:([^/:]+)$/.exec(image)?.[1];
        const at = [...path, 'image'];
        if (tag === UNRELEASED) {
          yield {
            manifest: pod.manifest,
            at,
            severity: 'error',
            message: 'image has no digest yet, and the spec allows no tag: these pods cannot start',
            fix: 'Run `lunchbox release <env> <image>`, or push to main. Until then a tag may be allowed in lunchbox.yaml: `image: repository:tag`.',
          };
        } else if (tag === undefined || tag === 'latest') {
          yield {
            manifest: pod.manifest,
            at,
            message: `container ${name} runs ${image}, whatever that is at the moment: a push rolls nothing out`,
          };
        } else
          yield {
            manifest: pod.manifest,
            at,
            message: `container ${name} runs ${image} by its tag: image has no digest yet`,
          };
      }
    }
  },
};
