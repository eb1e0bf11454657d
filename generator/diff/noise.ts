import type { Path } from '../manifest.ts';

/** Annotations and labels that only follow from something else that is shown anyway, or from the generator's version. */
const FOLLOWING = [
  /^checksum\//,
  /^app\.kubernetes\.io\/(?:managed-by|version)$/,
  /^helm\.sh\/chart$/,
  /^lunchbox\.dev\/(?:checksum|generated)/,
];

/** Whether a field changes only because another one did. */
export function isNoise(path: Path): boolean {
  const [place, key] = [path.at(-2), path.at(-1)];
  if (key === 'caBundle') return true;
  return (
    (place === 'annotations' || place === 'labels') &&
    typeof key === 'string' &&
    FOLLOWING.some((form) => form.test(key))
  );
}
