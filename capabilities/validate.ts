import { type Problem, UserError } from '../generator/errors.ts';
import type { Finding } from '../generator/finding.ts';
import type { Manifest } from '../generator/manifest.ts';
import { neededSecrets } from '../generator/render/model/needed-secrets.ts';
import { storePath } from '../generator/seal/store/store.ts';
import type { Environment } from '../generator/spec/environment.ts';
import { dropletSize, similarSize } from '../generator/spec/droplet-sizes.ts';
import { manifestsFolder } from '../generator/tree/paths.ts';
import { isManifestFile, readManifests } from '../generator/validate/read-manifests.ts';
import type { SchemaEngine } from '../generator/validate/schema-check.ts';
import { type ValidationReport, validate as validateManifests } from '../generator/validate/validate.ts';
import { loadSpec, type Repository, selectEnvironments } from './repository.ts';
import { secretsCheck } from './secrets-check.ts';

/** Ways out of the pure part. */
export interface ValidatePorts {
  engine: SchemaEngine;
  /** A file of the schema pack. */
  readSchema: (file: string) => string | undefined;
  clock: () => Date;
  /** Milliseconds, for stage times. */
  now: () => number;
}

/** What validation says of one environment, or of one folder. */
export interface ValidatedTarget extends ValidationReport {
  /** Environment, or folder. */
  name: string;
  /** Files that hold no Kubernetes objects, and why. */
  aside: string[];
}

/** Validates what is committed for environments. @throws UserError when an environment has not been rendered yet. */
export async function validate(
  input: { environments: readonly string[] },
  repository: Repository,
  ports: ValidatePorts,
): Promise<ValidatedTarget[]> {
  const results: ValidatedTarget[] = [];
  for (const { environment } of selectEnvironments(loadSpec(repository), input.environments)) {
    const folder = manifestsFolder(environment.name);
    const paths = repository.files.list(folder).filter(isManifestFile);
    if (paths.length === 0) {
      throw new UserError({ message: `${folder} holds no manifests`, remedy: 'Run `lunchbox render` first.' });
    }
    const texts = paths.map((path) => ({ path, text: repository.files.read(path) ?? '' }));
    results.push(await validateEnvironment(environment, texts, repository, ports));
  }
  return results;
}

/** Validates the manifests of one environment, from disk or as just rendered, and its sealed values. */
export async function validateEnvironment(
  environment: Environment,
  texts: readonly { path: string; text: string }[],
  repository: Repository,
  ports: ValidatePorts,
): Promise<ValidatedTarget> {
  const { manifests, problems, aside } = readManifests(texts);
  const report = await run(manifests, problems, environment.droplet, ports);
  return {
    name: environment.name,
    ...report,
    findings: [...report.findings, ...sealedFindings(environment, repository, ports)],
    aside: aside.map(({ place, reason }) => `${place.file}: ${reason}`),
  };
}

/** Validates any folder of manifests. @throws UserError when there are none in it. */
export async function validatePath(
  input: { folder: string; nodes: number; size?: string | undefined },
  files: Repository['files'],
  ports: ValidatePorts,
): Promise<ValidatedTarget> {
  const { folder, size, nodes } = input;
  if (size !== undefined && !dropletSize(size)) {
    const guess = similarSize(size);
    throw new UserError({
      message: `DigitalOcean has no size \`${size}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
      remedy: 'Write a slug such as s-2vcpu-4gb.',
    });
  }
  const paths = files.list('').filter((path) => isManifestFile(path) && !/(^|\/)(\.git|node_modules)\//.test(path));
  const texts = paths.map((path) => ({ path, text: files.read(path) ?? '' }));
  const { manifests, problems, aside } = readManifests(texts);
  if (manifests.length === 0 && problems.length === 0) {
    throw new UserError({ message: `${folder} holds no Kubernetes manifests`, remedy: 'Name a folder with .yaml, .yml or .json files.' });
  }
  const report = await run(manifests, problems, { nodes, size }, ports);
  return { name: folder, ...report, aside: aside.map(({ place, reason }) => `${place.file}:${place.line}: ${reason}`) };
}

function run(
  manifests: readonly Manifest[],
  problems: readonly Problem[],
  { nodes, size }: { nodes: number; size?: string | undefined },
  { engine, readSchema, now }: ValidatePorts,
): Promise<ValidationReport> {
  return validateManifests({ manifests, problems, nodes, size, engine, readSchema, now });
}

/** Only what the rendered manifests cannot show: certificates, scope, values that are left over. */
function sealedFindings(environment: Environment, repository: Repository, { clock }: ValidatePorts): Finding[] {
  if (repository.files.read(storePath(environment.name)) === undefined) return [];
  return secretsCheck({ environment: environment.name, needed: neededSecrets(environment) }, { files: repository.files, clock });
}
