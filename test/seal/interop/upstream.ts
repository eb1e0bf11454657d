import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const KUBESEAL = 'github.com/bitnami-labs/sealed-secrets/cmd/kubeseal@v0.36.6';
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lunchbox-tests');
const EXE = process.platform === 'win32' ? '.exe' : '';

export const hasGo = spawnSync('go', ['version']).status === 0;

/** What main.go takes and gives; bytes are base64. */
export interface UpstreamRequest {
  Key: string;
  Open?: { Label: string; Ciphertext: string }[];
  Seal?: { Label: string; Plaintext: string }[];
  SealedSecret?: unknown;
}
export interface UpstreamAnswer {
  Opened: { Ok: boolean; Plaintext: string | null }[] | null;
  Sealed: string[] | null;
  Data: Record<string, string> | null;
  Error: string;
}

/** Asks the upstream controller's own code. */
export function askUpstream(program: string, request: UpstreamRequest): UpstreamAnswer {
  const input = JSON.stringify(request);
  return JSON.parse(execFileSync(program, { input, maxBuffer: 1 << 30 }).toString()) as UpstreamAnswer;
}

/** Builds main.go once for its content. */
export function buildUpstream(): string {
  const sources = ['go.mod', 'go.sum', 'main.go'].map((name) => readFileSync(join(HERE, name)));
  const program = join(
    CACHE,
    `upstream-${createHash('sha256').update(Buffer.concat(sources)).digest('hex').slice(0, 16)}${EXE}`,
  );
  if (!existsSync(program))
    execFileSync('go', ['build', '-o', program, '.'], { cwd: HERE, stdio: 'inherit' });
  return program;
}

/** Builds the upstream command line tool once. */
export function installKubeseal(): string {
  const folder = join(CACHE, 'kubeseal-v0.36.6');
  const program = join(folder, `kubeseal${EXE}`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(program))
    execFileSync('go', ['install', KUBESEAL], { env: { ...process.env, GOBIN: folder }, stdio: 'inherit' });
  return program;
}
