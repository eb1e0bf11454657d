import { at, items, text } from '../../../fields.ts';
import type { Path } from '../../../manifest.ts';
import type { PodTemplate } from '../../../validate/cluster/pod-template.ts';

/** An image that pods run or mount. */
export interface UsedImage {
  /** `container web`, `volume model`. */
  label: string;
  reference: string;
  at: Path;
}

export function imagesOf({ containers, spec, path }: PodTemplate): UsedImage[] {
  const run = containers.flatMap(({ name, init, data, path: way }) => {
    const reference = text(data.image);
    const label = `${init ? 'init container' : 'container'} ${name}`;
    return reference === undefined ? [] : [{ label, reference, at: [...way, 'image'] }];
  });
  const mounted = items(spec.volumes).flatMap(({ item, index }) => {
    const reference = text(at(item, 'image', 'reference'));
    const way = [...path, 'volumes', index, 'image', 'reference'];
    return reference === undefined ? [] : [{ label: `volume ${text(item.name) ?? ''}`, reference, at: way }];
  });
  return [...run, ...mounted];
}
