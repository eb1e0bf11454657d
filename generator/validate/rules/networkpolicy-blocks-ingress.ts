import type { Manifest } from '../../manifest.ts';
import { at, items, labelsOf, text, whole } from '../cluster/fields.ts';
import { isTraefiksClass, policiesAgainstTraefik } from '../cluster/network-policy.ts';
import { portsOf, runsOn } from '../cluster/pod-template.ts';
import { ingressBackends } from '../cluster/references.ts';
import type { Rule } from '../rule.ts';

export const networkpolicyBlocksIngress: Rule = {
  id: 'networkpolicy-blocks-ingress',
  severity: 'error',
  summary: 'Network policies keep Traefik from the pods that an Ingress routes to',
  why: 'Every request from outside ends in a gateway timeout, while the pods are healthy and reachable from each other.',
  fix: 'Allow ingress from namespace kube-system (label `kubernetes.io/metadata.name: kube-system`), pods `app.kubernetes.io/name: traefik`, to the port of the container.',
  *check(cluster) {
    const reported = new Set<string>();
    for (const ingress of cluster.ofKind('Ingress')) {
      if (!isTraefiksClass(classOf(ingress))) continue;
      for (const backend of ingressBackends(ingress)) {
        const service = cluster.find('Service', cluster.namespaceOf(ingress), backend.service);
        const port = items(at(service?.data, 'spec', 'ports')).find(
          ({ item }) => item.port === backend.port || item.name === backend.port,
        )?.item;
        if (!service || !port) continue;
        for (const pod of cluster.selectedBy(service)) {
          const declared = portsOf(pod.containers.filter(runsOn));
          const name = text(port.targetPort);
          const number =
            name === undefined
              ? (whole(port.targetPort) ?? whole(port.port))
              : declared.find((each) => each.name === name)?.number;
          // A port that the pod does not have is for service-target-port to report.
          if (declared.length > 0 && !declared.some((each) => each.number === number)) continue;
          if (number === undefined || reported.has(`${pod.namespace}/${pod.name}/${number}`)) continue;
          const portName = name ?? declared.find((each) => each.number === number)?.name;
          const [policy] = policiesAgainstTraefik(cluster, {
            namespace: pod.namespace,
            labels: pod.labels,
            port: number,
            portName,
          });
          if (!policy) continue;
          reported.add(`${pod.namespace}/${pod.name}/${number}`);
          yield {
            manifest: policy,
            at: ['spec'],
            message: `NetworkPolicy/${policy.identity.name} and its like let no request from Traefik reach port ${number} of ${pod.kind}/${pod.name}, which Ingress/${ingress.identity.name} routes to`,
          };
        }
      }
    }
  },
};

function classOf(ingress: Manifest): string | undefined {
  const annotations = labelsOf(at(ingress.data, 'metadata', 'annotations'));
  return text(at(ingress.data, 'spec', 'ingressClassName')) ?? annotations['kubernetes.io/ingress.class'];
}
