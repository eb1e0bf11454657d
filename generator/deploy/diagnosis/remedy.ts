import type { JsonObject } from '../../manifest.ts';
import { conditionOf } from '../readiness/readiness.ts';

/** What to do about an object that failed, or took too long, where nothing more exact is known. */
export function remedyFor(kind: string, object: JsonObject | undefined, timedOut: boolean): string {
  if (!object) return 'See who deletes it, and deliver again.';
  switch (kind) {
    case 'Deployment': {
      const failure = conditionOf(object, 'ReplicaFailure');
      if (failure?.status === 'True') return podRefusal(failure.message);
      return 'See below why its pods do not get ready.';
    }
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Pod':
      return 'See below why its pods do not get ready.';
    case 'Job':
      return 'See in its log what failed, mend that, and deliver again: a job that failed is made anew.';
    case 'SealedSecret':
      return timedOut
        ? 'See whether the controller runs, and its log: kubectl logs -n sealed-secrets deploy/sealed-secrets-controller.'
        : 'Seal its values anew for this environment, namespace and name: lunchbox seal. The controller tries no second time until its spec changes or it is restarted.';
    case 'Certificate':
      return 'See that the name of each host leads to the cluster, and that port 80 can be reached from outside.';
    case 'Issuer':
    case 'ClusterIssuer':
      return 'See that the cluster reaches the authority, and that the mail address is one that it takes.';
    case 'HelmChart':
      return timedOut
        ? 'See below what its job does; the node has to reach the repository of the chart.'
        : 'See in the log of its job why Helm failed, mend the chart or its values, and deliver again.';
    case 'CustomResourceDefinition':
      return 'See which other kind has the same names: kubectl get crd.';
    case 'Namespace':
      return 'See what keeps it from being deleted: kubectl get namespace -o yaml.';
    default:
      return 'See what its controller says: kubectl describe, and the log of the controller.';
  }
}

/** What to do about pods that the API server refuses. */
export function podRefusal(message: string): string {
  if (/exceeded quota/.test(message))
    return 'Allow more in its ResourceQuota, or let its pods request less; during a rollout there are more of them.';
  if (/PodSecurity/.test(message))
    return 'Let its pods keep to the pod security level of the namespace, or allow another.';
  if (/serviceaccount/.test(message)) return 'See that its ServiceAccount is there.';
  return 'See what refuses its pods.';
}
