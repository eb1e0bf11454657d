import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gitRepository } from '../../support/git.ts';
import { textsBelow } from '../../support/leak-scan.ts';
import { fakeActions } from './fake-actions.ts';
import { recordingNode } from './recording-node.ts';
import { act, node24 } from './tools.ts';

/** The commit that new repositories pin Lunchbox' actions at, in these tests. */
export const ACTIONS = '0123456789abcdef0123456789abcdef01234567';

export interface Run {
  code: number;
  /** Everything that the runner wrote, as a person would see it. */
  log: string;
}

/** A GitHub of this machine: a bare repository, a runner, artifacts. */
export class Runner {
  readonly folder = mkdtempSync(join(tmpdir(), 'lunchbox-act-'));
  readonly origin = join(this.folder, 'origin.git');
  readonly artifacts = join(this.folder, 'artifacts');
  /** What a release's commit of Lunchbox holds. */
  private readonly release = join(this.folder, 'lunchbox');
  private readonly kept = join(this.folder, 'kept');
  private readonly bin: string;
  private readonly logs: string[] = [];
  private readonly flags: string[];

  constructor() {
    mkdirSync(this.artifacts);
    this.bin = recordingNode(node24(), join(this.folder, 'bin'), this.kept);
    const release = this.release;
    for (const name of readdirSync('actions')) {
      if (!existsSync(join('actions', name, 'action.yml'))) continue;
      for (const part of ['action.yml', 'dist'])
        if (existsSync(join('actions', name, part)))
          cpSync(join('actions', name, part), join(release, 'actions', name, part), { recursive: true });
    }
    cpSync('schemas/pack', join(release, 'schemas/pack'), { recursive: true });
    this.flags = [
      ...['--platform', 'ubuntu-24.04=-self-hosted'],
      '--no-skip-checkout',
      // Else the runner would hide from a test that looks for secrets what an action has printed.
      '--insecure-secrets',
      ...['--local-repository', `lunchbox-platform/lunchbox@${ACTIONS}=${release}`],
      ...fakeActions(join(this.folder, 'actions')),
    ];
  }

  /** Runs a workflow of what is checked out in `repository`, for an event. */
  async run(
    repository: string,
    event: string,
    workflow: string,
    {
      payload = {},
      env = {},
      secrets = {},
    }: { payload?: object; env?: Record<string, string>; secrets?: Record<string, string> } = {},
  ): Promise<Run> {
    const file = join(this.folder, 'event.json');
    writeFileSync(file, JSON.stringify(payload));
    const secretFile = join(this.folder, 'secrets');
    writeFileSync(
      secretFile,
      Object.entries(secrets)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
        .join(''),
    );
    const workflowFile = this.knownToAct(join(repository, '.github/workflows', workflow));
    const own = { ...env, ORIGIN: this.origin, ARTIFACTS: this.artifacts };
    const args = [
      event,
      ...['--workflows', workflowFile, '--eventpath', file, '--secret-file', secretFile],
      ...this.flags,
      ...Object.entries(own).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ];
    const child = spawn(act(), args, {
      cwd: repository,
      env: {
        ...process.env,
        ...own,
        PATH: `${this.bin}:${process.env.PATH}`,
        XDG_CACHE_HOME: join(this.folder, 'cache'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        log += text;
      });
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject).once('close', (status) => resolve(status ?? 1));
    });
    this.logs.push(log);
    return { code, log };
  }

  /** Puts a script in the place of one of Lunchbox' own actions, with the inputs that it takes. */
  standIn(action: string, inputs: readonly string[], script: string): void {
    const folder = join(this.release, 'actions', action);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const env = Object.fromEntries(
      inputs.map((name) => [name.toUpperCase().replaceAll('-', '_'), `\${{ inputs['${name}'] }}`]),
    );
    const text = JSON.stringify({
      name: 'stand-in',
      inputs: Object.fromEntries(inputs.map((name) => [name, { default: '' }])),
      runs: { using: 'composite', steps: [{ shell: 'bash', env, run: script }] },
    });
    writeFileSync(join(folder, 'action.yml'), text);
  }

  /** A workflow without the one word that act's schema lacks: with no GitHub around, it makes no difference. */
  private knownToAct(file: string): string {
    const copy = join(this.folder, 'workflows', basename(file));
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, readFileSync(file, 'utf8').replace(/^ +deployment: false.*\n/gm, ''));
    return copy;
  }

  /** A clone whose remote has the name that GitHub would give it: from it the runner knows the repository. */
  clone() {
    const repository = gitRepository(['clone', '-q', this.origin, '.']);
    repository.git('remote', 'set-url', 'origin', 'https://github.com/acme/shop.git');
    repository.git('remote', 'set-url', '--push', 'origin', this.origin);
    return repository;
  }

  artifact(name: string): string {
    return readFileSync(join(this.artifacts, name), 'utf8');
  }

  /** What steps have left of one kind, over all runs: `summary`, `output`, `state`, `env` or `git-config`. */
  left(kind: string): string {
    return readFileSync(join(this.kept, kind), 'utf8');
  }

  /** Everything that outlives the runs, where somebody could read it: for a scan. */
  *texts(): Iterable<readonly [name: string, text: string]> {
    for (const [index, log] of this.logs.entries()) {
      yield [`log ${index + 1}`, log];
      // Without what the runner puts before each line: a value may go on over several.
      yield [`output in log ${index + 1}`, log.replace(/^\[[^\]]+\] +\| /gm, '')];
    }
    yield* textsBelow(this.kept);
    yield* textsBelow(this.artifacts);
    // Also what no branch leads to any more.
    const args = ['cat-file', '--batch', '--batch-all-objects'];
    const objects = execFileSync('git', args, { cwd: this.origin, maxBuffer: 1 << 28 });
    yield ['what was pushed', objects.toString('utf8')];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
