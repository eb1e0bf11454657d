import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export interface Run {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the command line as a user does: a process of its own, no terminal. */
export function lunchbox(
  args: readonly string[],
  cwd: string,
  options: { input?: string; env?: Record<string, string> } = {},
): Run {
  const { PATH = '', HOME = '', SystemRoot = '' } = process.env;
  const result = spawnSync(process.execPath, [resolve('cli/bin.mjs'), ...args], {
    cwd,
    input: options.input ?? '',
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { PATH, HOME, SystemRoot, ...options.env },
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

process.setMaxListeners(0);

/** A folder with these files, removed when the process ends. */
export function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-test-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Every file of a folder with its text: to compare before and after. */
export function snapshot(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

/** The smallest useful spec. */
export const SMALLEST = `app: shop
image: ghcr.io/acme/shop:main
workloads:
  web: { port: 8080, health: /healthz }
tls: { email: ops@shop.example }
environments:
  staging:
    hosts: [staging.shop.example]
  prod:
    hosts: [shop.example]
    workloads: { web: { replicas: 3 } }
`;
