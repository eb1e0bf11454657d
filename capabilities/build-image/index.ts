import { UserError } from '../../generator/errors.ts';
import { redactor } from '../../generator/redact.ts';
import { parseRelease, releasePath } from '../../generator/release/release.ts';
import { loadSpec, type Repository, selectEnvironments } from '../repository.ts';
import { type Builder, findBuilder } from './builder.ts';
import { readCheckout } from './checkout.ts';
import type { BuildImageInput, BuildImageOutcome, BuildImagePorts, ImageOutcome } from './contract.ts';
import { difference, findPublished, readAttestations } from './existing.ts';
import { makePlan } from './make-plan.ts';
import { type BuildPlan, describePlan } from './plan.ts';
import { printable } from './printable.ts';
import { writeReleases } from './releases.ts';
import { moveTag, runBuild } from './run-build.ts';
import { selectTargets } from './selection.ts';
import { sourcePaths } from './source.ts';
import { refTag } from './tags.ts';

export type * from './contract.ts';

/**
 * Builds the images of environments, pushes them, and records their digests in `clusters/<env>/release.yaml`.
 * An image that the registry has of the same source is not built again. The releases are written last, all or none.
 * @throws UserError, with no release written: whatever Docker, the registry or the spec refuses, with its remedy.
 */
export async function buildImage(
  input: BuildImageInput,
  repository: Repository,
  given: BuildImagePorts,
): Promise<BuildImageOutcome> {
  const redact = redactor(given.env);
  const ports = { ...given, log: (line: string) => given.log(redact(printable(line))) };
  const environments = selectEnvironments(loadSpec(repository), input.environments ?? []);
  const { targets, left } = selectTargets(environments);
  const push = input.push ?? true;
  if (!push && input.release)
    throw new UserError({
      message: 'a release names a digest, and an image has none before it is pushed',
      remedy: 'Push the image, or leave the release out.',
    });
  const release = push && (input.release ?? true);
  // What would fail at the very end fails before minutes of building.
  if (release) for (const { environment } of environments) readRelease(repository, environment.name);
  const builder = await findBuilder(ports);
  const plans: BuildPlan[] = [];
  for (const target of targets) {
    const checkout = await readCheckout(ports, sourcePaths(target.build), repository.specFile);
    plans.push(makePlan(target, input, { builder, checkout, files: repository.files }, ports));
  }
  for (const plan of plans) for (const line of describePlan(plan, builder.description)) ports.log(line);
  for (const { environment, image, reason } of left)
    ports.log(`not built: ${environment}: ${image} ${reason}`);
  if (input.ref !== undefined && refTag(input.ref) === undefined)
    ports.log(`warning: \`${input.ref}\` makes no tag that a registry allows: only the revision's is set`);
  const recorded = environments.filter(({ environment: { name } }) =>
    plans.some((plan) => plan.environments.includes(name)),
  );
  if (release)
    ports.log(`then: write ${recorded.map(({ environment }) => releasePath(environment.name)).join(', ')}`);
  const images: ImageOutcome[] = [];
  for (const plan of plans) images.push(await buildOne(plan, builder, input.rebuild ?? false, ports));
  const releases = release ? writeReleases(recorded, images, repository.files) : [];
  for (const { path, changed } of releases) ports.log(`${path} ${changed ? 'written' : 'unchanged'}`);
  return { images, releases, left };
}

function readRelease({ files }: Repository, environment: string): void {
  const path = releasePath(environment);
  parseRelease(path, files.read(path));
}

async function buildOne(
  plan: BuildPlan,
  builder: Builder,
  rebuild: boolean,
  ports: BuildImagePorts,
): Promise<ImageOutcome> {
  const { repository, revision } = plan;
  const outcome = {
    repository,
    revision,
    tags: [...plan.tags],
    environments: [...plan.environments],
    builtWith: builder.kind,
  };
  const found = plan.output === 'push' && !rebuild ? await skip(plan, builder, ports) : undefined;
  if (found !== undefined) return { ...outcome, ...found };
  const digest = await runBuild(plan, builder, ports);
  const attestations = {
    provenance: plan.provenance !== 'none',
    sbom: plan.sbom,
    reason: plan.attestationReason,
  };
  ports.log(
    digest === undefined ? `${repository}: built, not pushed` : `${repository}@${digest}: built and pushed`,
  );
  return { ...outcome, ...(digest === undefined ? {} : { digest }), attestations };
}

/** The image that is there already, with every tag of the plan; undefined when it has to be built. */
async function skip(
  plan: BuildPlan,
  builder: Builder,
  ports: BuildImagePorts,
): Promise<Pick<ImageOutcome, 'digest' | 'skipped' | 'attestations'> | undefined> {
  const [tag = '', ...others] = plan.tags;
  const [platform] = plan.platforms;
  const look = (name: string) => findPublished(plan.repository, name, platform, builder, ports);
  const image = await look(tag);
  if (image === undefined) return undefined;
  const why = difference(image, plan);
  if (why !== undefined) {
    ports.log(`${plan.repository}:${tag} is there, but ${why}: building`);
    return undefined;
  }
  for (const other of others) {
    if ((await look(other))?.digest !== image.digest)
      await moveTag(plan, other, image.digest, builder, ports);
  }
  const skipped = `${plan.repository}:${tag} is there already, built from the same source`;
  ports.log(`${skipped}: not building (${image.digest})`);
  return { digest: image.digest, skipped, attestations: await readAttestations(image, plan, builder, ports) };
}
