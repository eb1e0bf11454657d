/** An image reference, taken apart. */
export interface ImageReference {
  registry: string;
  /** Without the registry. */
  repository: string;
  tag: string | undefined;
  digest: string | undefined;
}

/** Docker's own registry, where a name begins with none. */
const DEFAULT_REGISTRY = 'docker.io';

export function parseImage(text: string): ImageReference {
  const [named = '', digest] = text.split('@', 2);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const path = tagged ? named.slice(0, colon) : named;
  const tag = tagged ? named.slice(colon + 1) : undefined;
  const [first = '', ...rest] = path.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const registry = isHost ? first.toLowerCase() : DEFAULT_REGISTRY;
  return {
    registry: registry === 'index.docker.io' ? DEFAULT_REGISTRY : registry,
    repository: isHost ? rest.join('/') : path,
    tag,
    digest,
  };
}

/** Tag and digest as people recognize them: `1.2.3`, `sha256:20573c76`, `main (sha256:20573c76)`. */
export function shortVersion({ tag, digest }: ImageReference): string {
  const short = digest === undefined ? undefined : digest.slice(0, 'sha256:'.length + 12);
  if (short === undefined) return tag ?? 'latest';
  return tag === undefined ? short : `${tag} (${short})`;
}

/** `siph/skylunch main`, with its registry where that is not Docker's. */
export function shortImage(image: ImageReference): string {
  const registry = image.registry === DEFAULT_REGISTRY ? '' : `${image.registry}/`;
  return `${registry}${image.repository} ${shortVersion(image)}`;
}
