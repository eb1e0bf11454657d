import type { ImageSpec } from './schema/index.ts';

/** An image as a spec names it; `tag` and `digest` only where the spec states them. */
export interface Image {
  repository: string;
  tag?: string;
  digest?: string;
  private: boolean;
  build?: {
    context: string;
    dockerfile: string;
    platforms: string[];
    target?: string;
    args: Record<string, string>;
  };
}

/** Takes `repository[:tag][@digest]` apart; a colon before the last `/` belongs to the registry's port. */
export function toImage(spec: ImageSpec): Image {
  if (typeof spec !== 'string') {
    const { repository, tag, digest, build } = spec;
    return {
      repository,
      private: spec.private,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
      ...(build === undefined ? {} : { build: withoutUndefined(build) }),
    };
  }
  const [named = spec, digest] = spec.split('@', 2);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  return {
    repository: tagged ? named.slice(0, colon) : named,
    private: false,
    ...(tagged ? { tag: named.slice(colon + 1) } : {}),
    ...(digest === undefined ? {} : { digest }),
  };
}

function withoutUndefined(
  build: NonNullable<Exclude<ImageSpec, string>['build']>,
): NonNullable<Image['build']> {
  const { target, ...rest } = build;
  return target === undefined ? rest : { ...rest, target };
}
