import { UserError } from '../../generator/errors.ts';
import type { Files } from '../../generator/files.ts';
import type { Builder } from './builder.ts';
import { cacheFor } from './cache.ts';
import { type Checkout, revisionOf } from './checkout.ts';
import type { BuildImageInput, BuildImagePorts } from './contract.ts';
import { findDockerfile } from './dockerfile.ts';
import { INPUTS, inputsOf, REVISION } from './identity.ts';
import type { BuildPlan } from './plan.ts';
import type { Target } from './selection.ts';
import { contextArgument, parseSource, type Source } from './source.ts';
import { refTag, revisionTag } from './tags.ts';

const PLATFORM = /^[a-z0-9]+\/[a-z0-9_]+(?:\/v[0-9.]+)?$/;
const GIT_SECRETS = ['GIT_AUTH_TOKEN', 'GIT_AUTH_HEADER'];

/** Decides everything about one build. @throws UserError with what cannot be built. */
export function makePlan(
  target: Target,
  input: BuildImageInput,
  world: { checkout: Checkout; builder: Builder; files: Files },
  { clock, env }: Pick<BuildImagePorts, 'clock' | 'env'>,
): BuildPlan {
  const { builder, checkout } = world;
  const push = input.push ?? true;
  const source = parseSource(target.build.context);
  const dockerfile = findDockerfile(source, target.build.dockerfile, world.files);
  const own = source.kind === 'git' ? undefined : revisionOf(checkout, input.revision, push);
  const revision = source.kind === 'git' ? source.commit : (own?.revision ?? '');
  const platforms = platformsOf(input.platforms ?? target.build.platforms, builder);
  // When a git context's commit was made is known only to who fetches it; who builds may say it.
  const time = /^[0-9]{1,11}$/.test(env.SOURCE_DATE_EPOCH ?? '') ? Number(env.SOURCE_DATE_EPOCH) : own?.time;
  const inputs = own?.dirty ? 'uncommitted' : inputsOf(source, revision, dockerfile, target.build);
  const tag = revisionTag(revision);
  const branch = input.ref === undefined ? undefined : refTag(input.ref);
  const where = sourceUrl(source, input.repositoryUrl);
  const git = source.kind === 'git';
  return {
    repository: target.repository,
    revision,
    environments: target.environments,
    tags: [...new Set([tag, ...(branch === undefined ? [] : [branch])])],
    platforms,
    context: contextArgument(source),
    dockerfile,
    ...(target.build.target === undefined ? {} : { target: target.build.target }),
    args: target.build.args,
    labels: {
      [REVISION]: revision,
      ...(where === undefined ? {} : { 'org.opencontainers.image.source': where }),
      'org.opencontainers.image.created': created(time, clock),
      'org.opencontainers.image.ref.name': tag,
      ...(input.ref?.startsWith('refs/tags/') && branch
        ? { 'org.opencontainers.image.version': branch }
        : {}),
      [INPUTS]: inputs,
    },
    ...(time === undefined ? {} : { sourceDateEpoch: time }),
    rewriteTimestamps: push && time !== undefined && builder.rewritesTimestamps,
    cache: cacheFor(input.cache ?? 'none', target.repository, builder, env),
    ...attestations(input, push, builder),
    output: push ? 'push' : platforms.length === 1 ? 'load' : 'none',
    secrets: git && builder.kind === 'buildx' ? GIT_SECRETS.filter((name) => env[name]) : [],
    ssh: git && builder.kind === 'buildx' && /^(?:ssh:|git@)/.test(source.url) && Boolean(env.SSH_AUTH_SOCK),
  };
}

function platformsOf(wanted: readonly string[], builder: Builder): string[] {
  const platforms = [...new Set(wanted)];
  const wrong = platforms.find((platform) => !PLATFORM.test(platform));
  if (wrong !== undefined || platforms.length === 0)
    throw new UserError({
      message: `\`${wrong ?? ''}\` is no platform`,
      remedy: 'Write one such as linux/amd64 or linux/arm64.',
    });
  if (platforms.length > 1 && !builder.capable)
    throw new UserError({
      message: `${builder.description} builds for one platform at a time, not for ${platforms.join(' and ')}`,
      remedy: 'Make one that can: `docker buildx create --use` (in a workflow: docker/setup-buildx-action).',
    });
  return platforms;
}

function attestations(
  { provenance, sbom }: BuildImageInput,
  push: boolean,
  builder: Builder,
): Pick<BuildPlan, 'provenance' | 'sbom' | 'attestationReason'> {
  const none = { provenance: 'none' as const, sbom: false };
  if (!push) return { ...none, attestationReason: 'nothing is pushed' };
  if (!builder.capable) {
    if (provenance === undefined || provenance === 'none')
      return { ...none, attestationReason: builder.reason };
    throw new UserError({
      message: `provenance cannot be attested: ${builder.reason}`,
      remedy:
        'Make a builder that can: `docker buildx create --use` (in a workflow: docker/setup-buildx-action).',
    });
  }
  const chosen = { provenance: provenance ?? 'max', sbom: sbom ?? true };
  const off = chosen.provenance === 'none' && !chosen.sbom;
  return { ...chosen, attestationReason: off ? 'switched off' : builder.reason };
}

/** The time of the commit, so that building it again gives the same; else now. */
function created(time: number | undefined, clock: () => Date): string {
  const date = time === undefined ? clock() : new Date(time * 1000);
  return date.toISOString().replace(/\.[0-9]{3}Z$/, 'Z');
}

/** Where people find the source: an address without user and password. */
function sourceUrl(source: Source, repositoryUrl: string | undefined): string | undefined {
  const url = source.kind === 'git' ? source.url : repositoryUrl;
  return url?.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1').replace(/\.git$/, '');
}
