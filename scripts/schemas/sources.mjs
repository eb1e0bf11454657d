import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the schemas come from: Go modules, pinned; their sources are read, nothing of them is built. */
export const SOURCES = [
  // The Kubernetes minor of the k3s in NixOS 26.05.
  {
    module: 'k8s.io/kubernetes',
    version: 'v1.35.8',
    licence: 'Apache-2.0',
    openapi: 'api/openapi-spec/swagger.json',
  },
  {
    module: 'github.com/cert-manager/cert-manager',
    version: 'v1.21.2',
    licence: 'Apache-2.0',
    crds: 'deploy/crds',
  },
  {
    module: 'github.com/traefik/traefik/v3',
    version: 'v3.7.13',
    licence: 'MIT',
    crds: 'docs/content/reference/dynamic-configuration',
    match: /^traefik\.io_.*\.yaml$/,
  },
  // The last version under the module path that is served; its SealedSecret is the one of later releases.
  {
    module: 'github.com/bitnami-labs/sealed-secrets',
    version: 'v0.36.6',
    licence: 'Apache-2.0',
    crds: 'helm/sealed-secrets/crds',
  },
  {
    module: 'github.com/k3s-io/helm-controller',
    version: 'v0.17.9',
    licence: 'Apache-2.0',
    crds: 'pkg/crds/yaml/generated',
  },
];

/**
 * Folder of a module's sources in Go's cache, and the checksum that Go verified.
 * @param {{ module: string, version: string }} source
 * @returns {{ folder: string, sum: string }}
 */
export function download({ module, version }) {
  const answer = execFileSync('go', ['mod', 'download', '-json', `${module}@${version}`], {
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off' },
  });
  const { Dir: folder, Sum: sum } = JSON.parse(answer);
  return { folder, sum };
}

/**
 * Texts of the CRD files of a source, in the order of their names.
 * @param {string} folder
 * @param {{ crds: string, match?: RegExp }} source
 */
export function crdTexts(folder, { crds, match = /\.ya?ml$/ }) {
  const path = join(folder, crds);
  return readdirSync(path)
    .filter((name) => match.test(name))
    .sort()
    .map((name) => readFileSync(join(path, name), 'utf8'));
}
