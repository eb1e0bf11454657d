import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from './workload.ts';

export interface Program {
  program: string;
  args: string[];
  cwd: string;
}

/** A tool that brings manifests to a cluster. */
export interface Contender {
  name: string;
  /** Lays the manifests down in the folder, as the tool wants to find them. */
  write(folder: string, files: Files): void;
  /** What the namespace has to say before the tool touches it. */
  adopts?(release: string): { labels: Record<string, string>; annotations: Record<string, string> };
  /** @param release Tells what is delivered in one namespace from every other. */
  deliver(folder: string, kubeconfig: string, release: string): Program;
}

export function lunchbox(cli: string): Contender {
  return {
    name: 'lunchbox deploy',
    write(folder, files) {
      const git = (...args: string[]) =>
        execFileSync(
          'git',
          ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', '-C', folder, ...args],
          { stdio: 'pipe' },
        );
      const fresh = writeAll(join(folder, 'clusters/prod/manifests'), files);
      if (fresh) {
        writeFileSync(join(folder, 'lunchbox.yaml'), specOf(files));
        git('init', '--quiet');
      }
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', 'A release');
    },
    deliver: (folder, kubeconfig) => ({
      program: process.execPath,
      args: [cli, 'deploy', 'prod', '--no-probe', '--kubeconfig', kubeconfig],
      cwd: folder,
    }),
  };
}

export function kubectl(program: string): Contender {
  return {
    name: 'kubectl apply',
    write: (folder, files) => void writeAll(folder, files),
    deliver: (folder, kubeconfig) => ({
      program,
      args: ['apply', '--server-side', '--filename', folder, '--kubeconfig', kubeconfig],
      cwd: folder,
    }),
  };
}

export function helm(program: string): Contender {
  return {
    name: 'helm upgrade',
    write(folder, files) {
      writeAll(join(folder, 'templates'), files);
      writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: bench\nversion: 1.0.0\n');
    },
    adopts: (release) => ({
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': release, 'meta.helm.sh/release-namespace': 'default' },
    }),
    deliver: (folder, kubeconfig, release) => ({
      program,
      args: ['upgrade', '--install', release, folder, '--namespace', 'default', '--kubeconfig', kubeconfig],
      cwd: folder,
    }),
  };
}

export function kapp(program: string): Contender {
  return {
    name: 'kapp deploy',
    write: (folder, files) => void writeAll(folder, files),
    deliver: (folder, kubeconfig, release) => ({
      program,
      args: ['deploy', '--app', release, '--namespace', 'default', '--file', folder, '--yes'].concat([
        '--wait=false',
        '--kubeconfig',
        kubeconfig,
      ]),
      cwd: folder,
    }),
  };
}

/** @returns whether the folder is new */
function writeAll(folder: string, files: Files): boolean {
  const fresh = mkdirSync(folder, { recursive: true }) !== undefined;
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return fresh;
}

/** The state of an environment is named by its app: one for each namespace. */
function specOf(files: Files): string {
  const namespace = /name: ([\w-]+)/.exec(files['namespace.yaml'] ?? '')?.[1];
  return `app: ${namespace}
image: ghcr.io/acme/shop:main
workloads:
  web: { port: 8080, health: /healthz }
environments:
  prod: {}
`;
}
