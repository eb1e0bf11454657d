import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { KUBECONFORM_VERSION } from '../../adapters/kubeconform.ts';

export const hasGo = spawnSync('go', ['version']).status === 0;

/** Path of a native kubeconform of the pinned version, built by `go install` once and kept in the user's cache. */
export function installKubeconform(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(cache, 'lunchbox-tests', `kubeconform-${KUBECONFORM_VERSION}`);
  const program = join(folder, process.platform === 'win32' ? 'kubeconform.exe' : 'kubeconform');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    const module = `github.com/yannh/kubeconform/cmd/kubeconform@v${KUBECONFORM_VERSION}`;
    execFileSync('go', ['install', module], {
      env: { ...process.env, GOBIN: folder, GOFLAGS: '', GOWORK: 'off' },
      stdio: 'inherit',
    });
  }
  return program;
}
