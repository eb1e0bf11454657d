import { at, items, text, whole } from '../../fields.ts';
import type { Manifest } from '../../manifest.ts';
import type { Cluster } from './cluster.ts';
import { isTraefiksClass, type Target } from './network-policy.ts';
import { type PodTemplate, portsOf, runsOn } from './pod-template.ts';
import { ingressBackends } from './references.ts';
import { classOf } from './routes.ts';

/** Pods that an Ingress of Traefik's leads to, and the port at which they are asked. */
export interface RoutedPods {
  ingress: Manifest;
  pod: PodTemplate;
  target: Target & { port: number };
}

/** Every pod template that requests from outside reach. A port that the pods do not have is for `service-target-port` to report. */
export function* routedPods(cluster: Cluster): Iterable<RoutedPods> {
  for (const ingress of cluster.ofKind('Ingress')) {
    if (!isTraefiksClass(classOf(ingress))) continue;
    for (const backend of ingressBackends(ingress)) {
      const service = cluster.find('Service', cluster.namespaceOf(ingress), backend.service);
      const port = items(at(service?.data, 'spec', 'ports')).find(
        ({ item }) => item.port === backend.port || item.name === backend.port,
      )?.item;
      if (!service || !port) continue;
      const wanted = text(port.targetPort);
      for (const pod of cluster.selectedBy(service)) {
        const declared = portsOf(pod.containers.filter(runsOn));
        const number =
          wanted === undefined
            ? (whole(port.targetPort) ?? whole(port.port))
            : declared.find((each) => each.name === wanted)?.number;
        if (number === undefined) continue;
        if (declared.length > 0 && !declared.some((each) => each.number === number)) continue;
        const portName = wanted ?? declared.find((each) => each.number === number)?.name;
        yield {
          ingress,
          pod,
          target: { namespace: pod.namespace, labels: pod.labels, port: number, portName },
        };
      }
    }
  }
}
