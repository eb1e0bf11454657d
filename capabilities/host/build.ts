import { UserError } from '../../generator/errors.ts';
import {
  buildScript,
  importScript,
  keepScript,
  missingScript,
  NO_FLAKE,
  receiveScript,
} from '../../generator/host/scripts/build.ts';
import type { Exec } from '../ports/exec.ts';
import type { HostContext } from './context.ts';
import { failed, lastLines, outputOf, runScript } from './machine.ts';

/** Milliseconds for a build: a small machine is slow. */
const BUILD = 45 * 60_000;
/** Milliseconds for a part of a copy. */
const COPY = 10 * 60_000;
/** Bytes of store paths that are sent in one go. */
const PART = 64 * 2 ** 20;

const GIT_ENV = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
const FLAKES = ['--extra-experimental-features', 'nix-command flakes'];

/** What is built. */
export interface Source {
  /** Folder of the repository, with its flake. */
  root: string;
  /** A full commit; undefined for the tracked files as they lie there. */
  commit: string | undefined;
}

/** Sends the source to the machine, and builds there. @returns the system's store path. @throws UserError */
export async function buildThere(context: HostContext, source: Source, exec: Exec): Promise<string> {
  const { environment, report, signal } = context;
  report({ type: 'stage', title: 'send the source' });
  const tar = await archive(source, exec);
  const received = await runScript(context, receiveScript(), { input: tar, timeout: COPY, signal });
  if (received.code === NO_FLAKE) throw noFlake();
  if (received.code !== 0) throw failed('the source was not taken', received.code, received.stderr);
  report({ type: 'stage', title: 'build on the machine' });
  const built = await runScript(context, buildScript(environment), {
    timeout: BUILD,
    signal,
    onLine: (text, stream) => stream === 'stderr' && report({ type: 'line', text }),
  });
  if (built.code !== 0) throw buildFailed('the machine', built.code, built.stderr);
  return storePath(lastLines(built.stdout.toString('utf8'), 1)[0]);
}

/**
 * Builds here with Nix, and sends what the machine lacks over the same SSH as everything else.
 * @returns the system's store path
 * @throws UserError
 */
export async function buildHere(context: HostContext, source: Source, exec: Exec): Promise<string> {
  const { environment, report } = context;
  const attribute = `nixosConfigurations."${environment}".config.system.build.toplevel`;
  report({ type: 'stage', title: 'build here' });
  const args = [
    ...FLAKES,
    'build',
    '--no-link',
    '--json',
    `${await flakeReference(source, exec)}#${attribute}`,
  ];
  const built = await exec('nix', args, {
    cwd: source.root,
    timeout: BUILD,
    onLine: (text, stream) => stream === 'stderr' && report({ type: 'line', text }),
  });
  if (built.missing)
    throw new UserError({
      message: 'there is no nix here to build with',
      remedy: 'Install Nix, or build on the machine: leave --build-here out.',
    });
  if (built.code !== 0) throw buildFailed('this machine', built.code, built.stderr);
  const system = storePath(outputPath(built.stdout.toString('utf8')));
  await copyClosure(context, system, exec);
  return system;
}

/** Sends the store paths that the machine lacks, those first that others need. */
async function copyClosure(context: HostContext, system: string, exec: Exec): Promise<void> {
  const { report, signal } = context;
  const store = async (args: readonly string[]) => {
    const { code, stdout, stderr } = await exec('nix-store', args, { timeout: COPY });
    if (code !== 0) throw failed('Nix cannot read its store', code, stderr);
    return stdout;
  };
  const lines = (bytes: Buffer | string) => bytes.toString('utf8').split('\n').filter(Boolean);
  const closure = lines(await store(['--query', '--requisites', system]));
  const input = `${closure.join('\n')}\n`;
  const lacking = new Set(
    lines(
      await outputOf(context, 'the machine cannot read its store', missingScript(), { input, timeout: COPY }),
    ),
  );
  const paths = closure.filter((path) => lacking.has(path));
  const sizes = paths.length === 0 ? [] : lines(await store(['--query', '--size', ...paths])).map(Number);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  report({
    type: 'stage',
    title: `copy ${paths.length} of ${closure.length} store paths, ${Math.ceil(total / 2 ** 20)} MiB`,
  });
  for (const part of inParts(paths, sizes)) {
    signal?.throwIfAborted();
    const exported = await store(['--export', ...part]);
    await outputOf(context, 'the machine did not take what was sent', importScript(), {
      input: exported,
      timeout: COPY,
      signal,
    });
  }
  await outputOf(context, 'the system did not arrive whole', keepScript(system));
}

function inParts(paths: readonly string[], sizes: readonly number[]): string[][] {
  const parts: string[][] = [];
  let room = 0;
  for (const [index, path] of paths.entries()) {
    const size = sizes[index] ?? 0;
    if (parts.length === 0 || size > room) {
      parts.push([]);
      room = PART;
    }
    parts.at(-1)?.push(path);
    room -= size;
  }
  return parts;
}

/** What git tracks in the folder, as a tar. */
async function archive({ root, commit }: Source, exec: Exec): Promise<Buffer> {
  const git = (args: readonly string[]) => exec('git', args, { cwd: root, env: GIT_ENV });
  // A commit of the files as they lie there, which belongs to no branch; nothing is touched.
  const dirty = commit === undefined ? (await git(['stash', 'create'])).stdout.toString('utf8').trim() : '';
  const { code, stdout, stderr } = await git(['archive', '--format=tar', commit ?? (dirty || 'HEAD')]);
  if (code !== 0) throw failed('git cannot pack the repository', code, stderr);
  return stdout;
}

/** The repository for Nix: of exactly that commit, or as it lies there. */
async function flakeReference({ root, commit }: Source, exec: Exec): Promise<string> {
  if (commit === undefined) return '.';
  const ask = async (what: string) => {
    const { code, stdout, stderr } = await exec('git', ['rev-parse', what], { cwd: root, env: GIT_ENV });
    if (code !== 0) throw failed('git does not know the repository', code, stderr);
    return stdout.toString('utf8').trim();
  };
  const [top, prefix] = [await ask('--show-toplevel'), await ask('--show-prefix')];
  const dir = prefix === '' ? '' : `&dir=${encodeURIComponent(prefix.replace(/\/$/, ''))}`;
  return `git+file://${encodeURI(top)}?rev=${commit}&allRefs=1&shallow=1${dir}`;
}

function outputPath(json: string): string | undefined {
  try {
    const [built] = JSON.parse(json) as { outputs?: { out?: string } }[];
    return built?.outputs?.out;
  } catch {
    return undefined;
  }
}

/** What a build gave, unless it is no path. */
function storePath(text: string | undefined): string {
  if (text !== undefined && /^\/[\w.+/?=-]+$/.test(text)) return text;
  throw new UserError({
    message: 'the build gave no store path',
    remedy: "See that the flake has a nixosConfigurations of the environment's name.",
  });
}

function noFlake(): UserError {
  return new UserError({
    message: 'there is no flake.nix in the repository, or it is not committed',
    remedy: "Commit a flake with a nixosConfigurations of the environment's name.",
  });
}

function buildFailed(where: string, code: number, stderr: string): UserError {
  const lines = lastLines(stderr, 200);
  const first = lines.find((line) => /^\s*error:/.test(line)) ?? lines.at(-1) ?? `it ended with code ${code}`;
  const killed = code === 137 || /\bkilled\b|out of memory/i.test(stderr);
  return new UserError({
    message: `the build failed on ${where}: ${first.trim()}`,
    remedy: killed
      ? 'It ran out of memory: build elsewhere with --build-here, or take a larger droplet.'
      : 'Mend what it says; nothing was changed on the machine.',
  });
}
