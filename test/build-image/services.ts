import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import { buildkitProgram, buildxProgram } from './tools.ts';

const has = (program: string, ...args: string[]) => spawnSync(program, args).error === undefined;

/** What is missing to run an engine, a registry and BuildKit here; empty when all is there. */
export function missing(): string[] {
  const needed: [string, boolean][] = [
    ['docker', has('docker', '--version')],
    ['dockerd', has('dockerd', '--version')],
    ['docker-registry', has('docker-registry', '--version')],
    ['go', has('go', 'version')],
    ['git', has('git', '--version')],
    ['root', process.getuid?.() === 0],
  ];
  return needed.filter(([, there]) => !there).map(([name]) => name);
}

/** Real servers on loopback, each in a temporary folder, all ended by `stop`. */
export class Services {
  readonly folder = mkdtempSync(join(tmpdir(), 'lunchbox-image-'));
  private readonly children: ChildProcess[] = [];

  /** The environment of a client that knows the engine and has buildx. */
  clientEnv(name: string, { buildx = true } = {}): Record<string, string> {
    const config = join(this.folder, `client-${name}`);
    mkdirSync(join(config, 'cli-plugins'), { recursive: true });
    if (buildx) {
      cpSync(buildxProgram(), join(config, 'cli-plugins', 'docker-buildx'));
    }
    return { DOCKER_HOST: `unix://${this.folder}/docker.sock`, DOCKER_CONFIG: config };
  }

  async startEngine(): Promise<void> {
    const at = (name: string) => join(this.folder, name);
    this.spawn('dockerd', [
      '--iptables=false',
      '--bridge=none',
      `--data-root=${at('engine')}`,
      `--exec-root=${at('engine-exec')}`,
      `--host=unix://${at('docker.sock')}`,
      `--pidfile=${at('docker.pid')}`,
    ]);
    await until(
      'the engine answers',
      () => existsSync(at('docker.sock')) && this.answers('docker', ['version']),
    );
  }

  /** @returns the environment of a client whose builder is a BuildKit of its own, and no engine. */
  async startBuildKit(name: string): Promise<Record<string, string>> {
    const program = buildkitProgram();
    const socket = join(this.folder, `${name}.sock`);
    const address = `unix://${socket}`;
    this.spawn(program, ['--root', join(this.folder, name), '--addr', address, '--containerd-worker=false']);
    await until('BuildKit is there', () => existsSync(socket));
    const env = {
      ...this.clientEnv(name),
      DOCKER_HOST: `unix://${this.folder}/no-engine.sock`,
      BUILDX_BUILDER: name,
    };
    const create = ['buildx', 'create', '--name', name, '--driver', 'remote', address];
    execFileSync('docker', create, { env: { ...process.env, ...env, BUILDX_BUILDER: '' }, stdio: 'pipe' });
    return env;
  }

  /** @returns `127.0.0.1:<port>` */
  async startRegistry(name: string, htpasswd?: string): Promise<string> {
    const port = await freePort();
    const file = (suffix: string) => join(this.folder, `${name}.${suffix}`);
    const config = {
      version: 0.1,
      log: { level: 'error' },
      storage: { filesystem: { rootdirectory: file('data') } },
      http: { addr: `127.0.0.1:${port}`, secret: 'of-a-test' },
      ...(htpasswd === undefined ? {} : { auth: { htpasswd: { realm: 'test', path: file('htpasswd') } } }),
    };
    if (htpasswd !== undefined) writeFileSync(file('htpasswd'), htpasswd);
    writeFileSync(file('yml'), JSON.stringify(config));
    this.spawn('docker-registry', ['serve', file('yml')]);
    await until('the registry listens', () => listens(port));
    return `127.0.0.1:${port}`;
  }

  /** Serves the bare repositories below a folder. @returns `git://127.0.0.1:<port>` */
  async startGit(folder: string): Promise<string> {
    const port = await freePort();
    const options = [
      '--export-all',
      '--reuseaddr',
      '--listen=127.0.0.1',
      `--port=${port}`,
      `--base-path=${folder}`,
    ];
    this.spawn('git', ['daemon', ...options, folder]);
    await until('git listens', () => listens(port));
    return `git://127.0.0.1:${port}`;
  }

  private answers(program: string, args: string[]): boolean {
    const env = { ...process.env, DOCKER_HOST: `unix://${this.folder}/docker.sock` };
    return spawnSync(program, args, { env }).status === 0;
  }

  private spawn(program: string, args: string[]): void {
    this.children.push(spawn(program, args, { stdio: 'ignore' }));
  }

  /** Last started, first ended. */
  async stop(): Promise<void> {
    for (const child of this.children.reverse()) await end(child);
    // containerd's mounts are gone with the engine; whatever is still held is left to the system.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await gone;
  clearTimeout(timer);
}

/** A git repository with these files, committed at a fixed time; again to commit on top. @returns the commit */
export function commitFiles(folder: string, files: Readonly<Record<string, string>>): string {
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_DATE: '1700000000 +0000',
    GIT_COMMITTER_DATE: '1700000000 +0000',
  };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, env }).toString('utf8').trim();
  if (!existsSync(join(folder, '.git'))) {
    mkdirSync(folder, { recursive: true });
    git('init', '--quiet', '--initial-branch=main');
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  git('add', '--all');
  git('-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '--message=Change');
  return git('rev-parse', 'HEAD');
}

export const textOf = (path: string) => readFileSync(path, 'utf8');
