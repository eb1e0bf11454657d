/** File in the schema pack for a kind, in kubeconform's layout `{{.ResourceKind}}{{.KindSuffix}}.json`. */
export function schemaFile(apiVersion: string, kind: string): string {
  const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion];
  const label = group.split('.', 1)[0] ?? '';
  return `${kind.toLowerCase()}-${label === '' ? '' : `${label}-`}${version}.json`;
}
