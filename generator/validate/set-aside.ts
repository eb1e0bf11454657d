import { isMapping } from '../fields.ts';

/** Objects of tools: they have an `apiVersion` and a `kind`, but no cluster takes them. */
const TOOLS: readonly (readonly [apiVersion: RegExp, reason: string])[] = [
  [/^kustomize\.config\.k8s\.io\//, 'a kustomization: check what `kubectl kustomize` makes of it'],
  [
    /^(kubeadm|kubelet\.config|kubeproxy\.config|kubescheduler\.config|apiserver\.config|audit)(\.k8s\.io)?\//,
    'the configuration of a Kubernetes component, which is not applied',
  ],
  [/^(kind\.x-k8s\.io|k3d\.io)\//, 'the configuration of a local cluster, which is not applied'],
  [/^skaffold\//, 'a Skaffold configuration, which is not applied'],
];

/** Why a document is no Kubernetes object, and none that was meant to be one; undefined for all others. */
export function reasonAside(file: string, data: unknown): string | undefined {
  if (!isMapping(data)) return 'no Kubernetes object: it is not a mapping';
  const { apiVersion, kind } = data;
  if (typeof apiVersion === 'string' && typeof kind === 'string') {
    // A kubeconfig: `Config` of the core group is no kind of the API.
    if (apiVersion === 'v1' && kind === 'Config') return 'a kubeconfig, which is not applied';
    return TOOLS.find(([pattern]) => pattern.test(apiVersion))?.[1];
  }
  if (/(^|\/)kustomization\.ya?ml$/i.test(file))
    return 'a kustomization: check what `kubectl kustomize` makes of it';
  if (/(^|\/)values[^/]*\.ya?ml$/i.test(file))
    return 'values of a Helm chart: check what `helm template` makes of them';
  if (/(^|\/)Chart\.ya?ml$/.test(file)) return 'the description of a Helm chart';
  // Half of what an object needs, around what only objects have: a slip, which must not pass unseen.
  const half = apiVersion !== undefined || kind !== undefined;
  return half && isMapping(data.metadata)
    ? undefined
    : 'no Kubernetes object: it has no `apiVersion` and `kind`';
}
