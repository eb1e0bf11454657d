import { UserError } from '../generator/errors.ts';
import type { Finding } from '../generator/finding.ts';
import { neededSecrets } from '../generator/render/model/needed-secrets.ts';
import { storePath } from '../generator/seal/store/store.ts';
import { dropletSize, similarSize } from '../generator/spec/droplet-sizes.ts';
import type { Environment } from '../generator/spec/environment.ts';
import { manifestsFolder } from '../generator/tree/paths.ts';
import { isManifestFile, type ManifestSet, readManifests } from '../generator/validate/read-manifests.ts';
import {
  type ValidationReport,
  type ValidationTools,
  validate as validateTargets,
} from '../generator/validate/validate.ts';
import { loadSpec, type Repository, selectEnvironments } from './repository.ts';
import { secretsCheck } from './secrets-check.ts';

/** Ways out of the pure part. */
export interface ValidatePorts extends ValidationTools {
  clock: () => Date;
}

/** What validation says of one environment, or of one folder. */
export interface ValidatedTarget extends ValidationReport {
  /** Environment, or folder. */
  name: string;
  /** Files that hold no Kubernetes objects, and why. */
  aside: string[];
}

export interface ValidateOutcome {
  targets: ValidatedTarget[];
  engine: string;
  /** Milliseconds. */
  times: { schemas: number; rules: number };
}

/** An environment, and the manifests it has: on disk, or as just rendered. */
export interface EnvironmentManifests {
  environment: Environment;
  files: readonly { path: string; text: string }[];
}

/** Validates what is committed for environments. @throws UserError when an environment has not been rendered yet. */
export async function validate(
  input: { environments: readonly string[] },
  repository: Repository,
  ports: ValidatePorts,
): Promise<ValidateOutcome> {
  const environments = selectEnvironments(loadSpec(repository), input.environments).map(({ environment }) => {
    const folder = manifestsFolder(environment.name);
    const paths = repository.files.list(folder).filter(isManifestFile);
    if (paths.length === 0)
      throw new UserError({
        message: `${folder} holds no manifests`,
        remedy: 'Run `lunchbox render` first.',
      });
    return { environment, files: paths.map((path) => ({ path, text: repository.files.read(path) ?? '' })) };
  });
  return validateEnvironments(environments, repository, ports);
}

/** Validates the manifests and the sealed values of environments. */
export async function validateEnvironments(
  environments: readonly EnvironmentManifests[],
  repository: Repository,
  ports: ValidatePorts,
): Promise<ValidateOutcome> {
  const sets = environments.map(({ files }) => readManifests(files));
  const { reports, times } = await validateTargets(
    environments.map(({ environment }, index) => ({ ...targetOf(sets[index]), ...environment.droplet })),
    ports,
  );
  const targets = environments.flatMap(({ environment }, index): ValidatedTarget[] => {
    const [report, set] = [reports[index], sets[index]];
    if (!report || !set) return [];
    const findings = [...report.findings, ...sealedFindings(environment, repository, ports)];
    return [{ name: environment.name, ...report, findings, aside: asideOf(set) }];
  });
  return { targets, engine: ports.engine?.name ?? 'none', times };
}

/** Validates any folder of manifests, which `files` has as its root. @throws UserError when there are none in it. */
export async function validatePath(
  input: { folder: string; nodes: number; size?: string | undefined },
  files: Repository['files'],
  ports: ValidatePorts,
): Promise<ValidateOutcome> {
  const { folder, size, nodes } = input;
  if (size !== undefined && !dropletSize(size)) {
    const guess = similarSize(size);
    throw new UserError({
      message: `DigitalOcean has no size \`${size}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
      remedy: 'Write a slug such as s-2vcpu-4gb.',
    });
  }
  const paths = files
    .list('')
    .filter((path) => isManifestFile(path) && !/(^|\/)(\.git|node_modules)\//.test(path));
  const set = readManifests(paths.map((path) => ({ path, text: files.read(path) ?? '' })));
  if (set.manifests.length === 0 && set.problems.length === 0) {
    throw new UserError({
      message: `${folder} holds no Kubernetes manifests`,
      remedy: 'Name a folder with .yaml, .yml or .json files.',
    });
  }
  const { reports, times } = await validateTargets([{ ...targetOf(set), nodes, size }], ports);
  const targets = reports.map((report) => ({ name: folder, ...report, aside: asideOf(set) }));
  return { targets, engine: ports.engine?.name ?? 'none', times };
}

function targetOf(set: ManifestSet | undefined) {
  return { manifests: set?.manifests ?? [], problems: set?.problems ?? [] };
}

function asideOf({ aside }: ManifestSet): string[] {
  return aside.map(({ place, reason }) => `${place.file}:${place.line}: ${reason}`);
}

/** Only what the rendered manifests cannot show: certificates, scope, values that are left over. */
function sealedFindings(
  environment: Environment,
  repository: Repository,
  { clock }: ValidatePorts,
): Finding[] {
  if (repository.files.read(storePath(environment.name)) === undefined) return [];
  return secretsCheck(
    { environment: environment.name, needed: neededSecrets(environment) },
    { files: repository.files, clock },
  );
}
