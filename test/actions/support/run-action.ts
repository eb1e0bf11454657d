import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface ActionRun {
  code: number | null;
  /** Everything on standard output: talk and workflow commands. */
  log: string;
  err: string;
  outputs: Record<string, string>;
  summary: string;
  /** RUNNER_TEMP, gone when the process ends. */
  temp: string;
}

export interface RunOptions {
  workspace: string;
  inputs?: Record<string, string>;
  event?: unknown;
  env?: Record<string, string>;
  /** Cancelled, as by a person on the page of the run, as soon as the log says this. */
  cancelAt?: RegExp | undefined;
}

/** Runs an action's bundle as GitHub's runner does: inputs, event and command files by the environment. */
export async function runAction(
  name: string,
  { workspace, inputs = {}, event, env = {}, cancelAt }: RunOptions,
): Promise<ActionRun> {
  const temp = mkdtempSync(join(tmpdir(), 'lunchbox-runner-'));
  process.once('exit', () => rmSync(temp, { recursive: true, force: true }));
  const files = { GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: 'summary', GITHUB_EVENT_PATH: 'event.json' };
  const paths = Object.fromEntries(Object.entries(files).map(([key, file]) => [key, join(temp, file)]));
  writeFileSync(join(temp, 'output'), '');
  writeFileSync(join(temp, 'summary'), '');
  writeFileSync(join(temp, 'event.json'), typeof event === 'string' ? event : JSON.stringify(event ?? {}));
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [resolve('actions', name, 'dist/index.mjs')], {
    cwd: workspace,
    env: {
      PATH,
      HOME,
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: workspace,
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_RUN_ID: '42',
      RUNNER_TEMP: temp,
      ...paths,
      ...Object.fromEntries(
        Object.entries(inputs).map(([key, value]) => [`INPUT_${key.toUpperCase()}`, value]),
      ),
      ...env,
    },
  });
  let [log, err] = ['', ''];
  let cancelled = false;
  child.stdout.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8');
    if (cancelled || !cancelAt?.test(log)) return;
    cancelled = true;
    child.kill('SIGINT');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString('utf8');
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return {
    code,
    log,
    err,
    outputs: readOutputs(readFileSync(join(temp, 'output'), 'utf8')),
    summary: readFileSync(join(temp, 'summary'), 'utf8'),
    temp,
  };
}

/** `name<<delimiter`, lines, `delimiter`: what the runner reads. */
function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const match = /^(.+?)<<(.+)$/.exec(lines[at] ?? '');
    if (!match) continue;
    const end = lines.indexOf(match[2] ?? '', at + 1);
    outputs[match[1] ?? ''] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return outputs;
}
