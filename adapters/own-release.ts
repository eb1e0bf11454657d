import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Exec } from '../capabilities/ports/exec.ts';

/** The release that this code belongs to. */
export interface OwnRelease {
  /** `owner/name` on GitHub. */
  repository: string;
  commit: string;
  version: string;
  /** Whether that commit holds the bundles of the actions. */
  released: boolean;
}

/** What a packed release says of itself, beside its package.json. */
const FILE = 'release.json';
const GITHUB = /github\.com[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/;

/** Reads it from the package, else from the clone that this code runs in; undefined when neither says so. */
export async function ownRelease(exec: Exec): Promise<OwnRelease | undefined> {
  const root = packageRoot();
  if (existsSync(join(root, FILE))) {
    return {
      ...(JSON.parse(readFileSync(join(root, FILE), 'utf8')) as Omit<OwnRelease, 'released'>),
      released: true,
    };
  }
  const git = async (...args: string[]) => {
    const { code, stdout } = await exec('git', args, { cwd: root });
    return code === 0 ? stdout.toString('utf8').trim() : undefined;
  };
  const { version, repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
    repository: string;
  };
  const commit = await git('rev-parse', 'HEAD');
  if (commit === undefined) return undefined;
  const origin = GITHUB.exec((await git('remote', 'get-url', 'origin')) ?? '')?.[1];
  const tag = await git('describe', '--exact-match', '--tags', '--match', 'v*.*.*', 'HEAD');
  return {
    repository: origin ?? repository.replace(/^github:/, ''),
    commit,
    version: tag ?? `v${version}`,
    released: tag !== undefined,
  };
}

/** The JSON Schema of lunchbox.yaml, as it is published for editors. */
export function specSchemaText(): string {
  return readFileSync(join(packageRoot(), 'schemas/lunchbox.schema.json'), 'utf8');
}

/** The folder of the repository or package that this code, bundled or not, is part of. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'schemas/lunchbox.schema.json'))) {
    if (dirname(folder) === folder)
      throw new Error('schemas/lunchbox.schema.json is missing: this copy of Lunchbox is not whole');
    folder = dirname(folder);
  }
  return folder;
}
