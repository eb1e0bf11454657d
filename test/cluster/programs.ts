import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { builtOnce } from '../support/built-once.ts';

const SOURCE = 'test/cluster/kubernetes';
const VERSION = 'v1.35.8';
/** The SQLite store that k3s itself uses. */
const KINE = 'github.com/k3s-io/kine@v0.17.5';

const KUBERNETES = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
] as const;
export type Program = (typeof KUBERNETES)[number] | 'kine';

export { hasGo } from '../support/go-program.ts';

/** Paths of the programs of a cluster. Builds what is not in the cache yet: several minutes. */
export function clusterPrograms(): Record<Program, string> {
  const cache = builtOnce('kubernetes', buildInto, [SOURCE]);
  const given = process.env.KUBEBUILDER_ASSETS;
  const where = (program: string) => {
    const own = given && join(given, program);
    return own && existsSync(own) ? own : join(cache, program);
  };
  return Object.fromEntries([...KUBERNETES, 'kine'].map((program) => [program, where(program)])) as Record<
    Program,
    string
  >;
}

/** Path of kubectl, of the same version; built once. */
export function kubectlProgram(): string {
  const folder = builtOnce('kubectl', (into) => build(['kubectl'], into), [SOURCE]);
  return join(folder, 'kubectl');
}

function build(programs: readonly string[], folder: string): void {
  const set = (name: string, value: string) => `-X k8s.io/component-base/version.${name}=${value}`;
  // Clients refuse a server that does not say its version.
  const flags = [
    '-s -w',
    set('gitVersion', VERSION),
    set('gitMajor', '1'),
    set('gitMinor', '35'),
    set('gitTreeState', 'clean'),
    set('buildDate', '2026-01-01T00:00:00Z'),
  ];
  const packages = programs.map((program) => `k8s.io/kubernetes/cmd/${program}`);
  const args = ['build', '-trimpath', `-ldflags=${flags.join(' ')}`, '-o', `${folder}/`, ...packages];
  execFileSync('go', args, { cwd: SOURCE, stdio: 'inherit', env: { ...process.env, CGO_ENABLED: '0' } });
}

function buildInto(folder: string): void {
  build(KUBERNETES, folder);
  execFileSync('go', ['install', KINE], { stdio: 'inherit', env: { ...process.env, GOBIN: folder } });
}
