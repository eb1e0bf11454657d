import type { Manifest } from '../manifest.ts';

/** File in the schema pack for a kind, in kubeconform's layout `{{.ResourceKind}}{{.KindSuffix}}.json`. */
export function schemaFile(apiVersion: string, kind: string): string {
  const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion];
  const label = group.split('.', 1)[0] ?? '';
  return `${kind.toLowerCase()}-${label === '' ? '' : `${label}-`}${version}.json`;
}

/** The schema files that a set of manifests needs: those are read, the others stay on disk. */
export function schemaFiles(manifests: readonly Manifest[]): string[] {
  return [...new Set(manifests.map(({ identity }) => schemaFile(identity.apiVersion, identity.kind)))].sort();
}
