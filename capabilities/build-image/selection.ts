import { UserError } from '../../generator/errors.ts';
import type { Image } from '../../generator/spec/image.ts';
import type { ResolvedEnvironment } from '../../generator/spec/read-spec.ts';
import { credentialIn, namesSecret } from '../../generator/validate/credentials.ts';
import type { BuildImageOutcome } from './contract.ts';

export type Build = NonNullable<Image['build']>;

/** An image that is built once, for all environments that run it. */
export interface Target {
  repository: string;
  build: Build;
  environments: string[];
}

/** The distinct images to build. Environments that want one for different platforms share it; it is built for all of them. */
export function selectTargets(environments: readonly ResolvedEnvironment[]): {
  targets: Target[];
  left: BuildImageOutcome['left'];
} {
  const targets = new Map<string, Target>();
  const left: BuildImageOutcome['left'] = [];
  for (const { environment } of environments) {
    for (const image of imagesOf(environment.image, environment.workloads)) {
      const reason = whyNot(image);
      if (image.build === undefined || reason !== undefined) {
        left.push({ environment: environment.name, image: image.repository, reason: reason ?? '' });
        continue;
      }
      refuseSecrets(image.build.args, image.repository);
      const key = JSON.stringify([image.repository, { ...image.build, platforms: [] }]);
      const known = targets.get(key);
      const platforms = new Set([...(known?.build.platforms ?? []), ...image.build.platforms]);
      const names = new Set([...(known?.environments ?? []), environment.name]);
      targets.set(key, {
        repository: image.repository,
        build: { ...image.build, platforms: [...platforms].sort() },
        environments: [...names],
      });
    }
  }
  if (targets.size === 0)
    throw new UserError({
      message: `there is nothing to build: ${left.map(({ environment, image, reason }) => `${environment}: ${image} ${reason}`).join('; ')}`,
      remedy: 'Take the digest out of the spec, or add `build:` to its image.',
    });
  refuseClashes([...targets.values()]);
  return { targets: [...targets.values()], left };
}

function imagesOf(own: Image, workloads: readonly { image: Image }[]): Image[] {
  const images = new Map<string, Image>();
  for (const image of [own, ...workloads.map((each) => each.image)]) images.set(JSON.stringify(image), image);
  return [...images.values()];
}

function whyNot(image: Image): string | undefined {
  if (image.digest !== undefined) return `has a fixed digest in the spec (${image.digest.slice(0, 19)}…)`;
  return image.build === undefined ? 'has no `build:` in the spec' : undefined;
}

/** Build arguments can be read in the history and the provenance of the image. */
function refuseSecrets(args: Readonly<Record<string, string>>, repository: string): void {
  const problems = Object.entries(args)
    .filter(([name, value]) => value !== '' && (namesSecret(name) || credentialIn(value) !== undefined))
    .map(([name]) => ({
      message: `the build argument ${name} of ${repository} looks like a secret; everyone who pulls the image can read it`,
      remedy: 'Seal it and give it to the workload with `secrets:` instead.',
    }));
  if (problems.length > 0) throw new UserError(problems);
}

/** Two different images would take each other's tags. */
function refuseClashes(targets: readonly Target[]): void {
  for (const [index, target] of targets.entries()) {
    const other = targets.slice(0, index).find(({ repository }) => repository === target.repository);
    if (other === undefined) continue;
    throw new UserError({
      message: `${other.environments.join(', ')} and ${target.environments.join(', ')} build different images under one name, ${target.repository}`,
      remedy: 'Give each its own `repository`, or make their `build:` the same.',
    });
  }
}
