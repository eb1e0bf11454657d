import { UserError } from '../../generator/errors.ts';
import type { BuildImagePorts } from './contract.ts';
import { explainFailure } from './failure.ts';

/** What builds: buildx with one of its builders, or the engine alone. */
export interface Builder {
  kind: 'buildx' | 'docker';
  /** For people. */
  description: string;
  /** Attestations, several platforms and cache export; else why not. */
  capable: boolean;
  reason: string;
  /** Understands `rewrite-timestamp`. */
  rewritesTimestamps: boolean;
  /** Lays over the environment of `docker build`. */
  env: Readonly<Record<string, string>>;
}

/** Attestations came with 0.11, `rewrite-timestamp` with 0.13; a version that is not stated is a new one. */
function atLeast(version: string, minor: number): boolean {
  const [, major, found] = /^v?([0-9]+)\.([0-9]+)/.exec(version) ?? [];
  return major === undefined || major !== '0' || Number(found) === 0 || Number(found) >= minor;
}

/** @throws UserError: no Docker, or its daemon cannot be reached. */
export async function findBuilder(ports: BuildImagePorts): Promise<Builder> {
  const docker = (...args: string[]) => ports.exec('docker', args, { cwd: ports.folder });
  const version = await docker('buildx', 'version');
  if (version.missing)
    throw new UserError({
      message: 'there is no `docker` program here',
      remedy: 'Install Docker (https://docs.docker.com/engine/install/), and put it on PATH.',
    });
  if (version.code !== 0) return engine(ports);
  const inspected = await docker('buildx', 'inspect');
  const text = inspected.stdout.toString('utf8');
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const failure = field('Error');
  if (inspected.code !== 0 || failure !== '')
    throw explainFailure([...inspected.stderr.split('\n'), failure], { doing: 'reach the builder' }, ports);
  const driver = field('Driver');
  const buildkit = field('BuildKit version');
  const description = `buildx, builder ${field('Name')} (${driver}${buildkit === '' ? '' : `, BuildKit ${buildkit}`})`;
  const base = { kind: 'buildx' as const, description, env: {} };
  if (driver === 'docker') {
    const info = await docker('info', '--format', '{{json .DriverStatus}}');
    if (!info.stdout.toString('utf8').includes('io.containerd.snapshotter')) {
      const reason =
        'the builder of this engine cannot make them (`docker buildx create --use` makes one that can)';
      return { ...base, capable: false, reason, rewritesTimestamps: false };
    }
  }
  const capable = atLeast(buildkit, 11);
  const reason = capable ? 'the builder can make them' : `BuildKit ${buildkit} is too old for them`;
  // The engine unpacks what it has built, and BuildKit refuses to do both.
  return { ...base, capable, reason, rewritesTimestamps: driver !== 'docker' && atLeast(buildkit, 13) };
}

async function engine(ports: BuildImagePorts): Promise<Builder> {
  const result = await ports.exec('docker', ['version', '--format', '{{json .}}'], { cwd: ports.folder });
  if (result.code !== 0)
    throw explainFailure(result.stderr.split('\n'), { doing: 'reach the engine' }, ports);
  const client = /"Client":\{[^}]*?"Version":"([0-9]+)/.exec(result.stdout.toString('utf8'))?.[1];
  // Older clients bring BuildKit themselves; newer ones have only the engine's first builder without buildx.
  const own = client !== undefined && Number(client) < 23;
  return {
    kind: 'docker',
    description: `the engine's ${own ? 'BuildKit' : 'first builder'}: docker has no buildx`,
    capable: false,
    reason: 'docker has no buildx',
    rewritesTimestamps: false,
    env: { DOCKER_BUILDKIT: own ? '1' : '0' },
  };
}
