import { type BuildPlan, references } from './plan.ts';

/*
 * Values stand in the same argument as their option, so that none is taken for an option, however it begins.
 */

/** The arguments of `docker` for a build with buildx; `metadataFile` gets the digest. */
export function buildxArguments(plan: BuildPlan, metadataFile: string): string[] {
  const index = plan.platforms.length > 1 || plan.provenance !== 'none' || plan.sbom;
  const levels = index ? ['manifest', 'index'] : ['manifest'];
  return [
    'buildx',
    'build',
    '--progress=plain',
    ...common(plan),
    `--platform=${plan.platforms.join(',')}`,
    ...levels.flatMap((level) =>
      Object.entries(plan.labels).map(([key, value]) => `--annotation=${level}:${key}=${value}`),
    ),
    plan.provenance === 'none' ? '--provenance=false' : `--provenance=mode=${plan.provenance}`,
    `--sbom=${plan.sbom}`,
    ...(plan.cache.from === undefined ? [] : [`--cache-from=${plan.cache.from}`]),
    ...(plan.cache.to === undefined ? [] : [`--cache-to=${plan.cache.to}`]),
    ...plan.secrets.map((name) => `--secret=id=${name},env=${name}`),
    ...(plan.ssh ? ['--ssh=default'] : []),
    ...output(plan),
    `--metadata-file=${metadataFile}`,
    plan.context,
  ];
}

/** The arguments of `docker` for a build by the engine alone. */
export function dockerArguments(plan: BuildPlan): string[] {
  return [
    'build',
    ...common(plan),
    ...plan.platforms.map((platform) => `--platform=${platform}`),
    plan.context,
  ];
}

function common(plan: BuildPlan): string[] {
  return [
    `--file=${dockerfileArgument(plan)}`,
    ...references(plan).map((reference) => `--tag=${reference}`),
    ...(plan.target === undefined ? [] : [`--target=${plan.target}`]),
    ...Object.entries(plan.args).map(([name, value]) => `--build-arg=${name}=${value}`),
    ...Object.entries(plan.labels).map(([key, value]) => `--label=${key}=${value}`),
  ];
}

function dockerfileArgument({ dockerfile }: BuildPlan): string {
  if (dockerfile.from === 'input') return '-';
  return dockerfile.from === 'context' ? dockerfile.path : `./${dockerfile.path}`;
}

function output(plan: BuildPlan): string[] {
  if (plan.output === 'load') return ['--load'];
  if (plan.output === 'none') return ['--output=type=cacheonly'];
  return [plan.rewriteTimestamps ? '--output=type=registry,rewrite-timestamp=true' : '--push'];
}
