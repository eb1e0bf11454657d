import { at, text, texts } from '../../../fields.ts';
import type { JsonObject } from '../../../manifest.ts';
import { same } from '../compare.ts';
import type { ImmutableFields } from './refusal.ts';

/** A Service keeps its addresses for as long as it has some. */
export const serviceFields: ImmutableFields = function* (before, after) {
  const [old, now] = [specOf(before), specOf(after)];
  if (old.type === 'ExternalName' || now.type === 'ExternalName') return;
  // What is left out stays as it is: that Kubernetes accepts, though a headless Service stays headless.
  const headless = old.address === 'None' && now.address === undefined;
  if (headless || (now.address !== undefined && now.address !== old.address)) {
    yield {
      at: [
        'spec',
        at(after, 'spec', 'clusterIP') === undefined && texts(at(after, 'spec', 'clusterIPs')).length > 0
          ? 'clusterIPs'
          : 'clusterIP',
      ],
      ...(headless ? { name: 'spec.clusterIP (without it the Service stays headless)' } : {}),
    };
  }
  const [family, newFamily] = [
    texts(at(before, 'spec', 'ipFamilies'))[0],
    texts(at(after, 'spec', 'ipFamilies'))[0],
  ];
  // k3s gives IPv4 unless it is told otherwise.
  if (newFamily !== undefined && newFamily !== (family ?? 'IPv4')) yield { at: ['spec', 'ipFamilies'] };
  if (old.type !== 'LoadBalancer' || now.type !== 'LoadBalancer') return;
  if (!same(at(before, 'spec', 'loadBalancerClass'), at(after, 'spec', 'loadBalancerClass')))
    yield { at: ['spec', 'loadBalancerClass'] };
  const port = at(after, 'spec', 'healthCheckNodePort');
  if (old.local && now.local && port !== undefined && !same(at(before, 'spec', 'healthCheckNodePort'), port))
    yield { at: ['spec', 'healthCheckNodePort'] };
};

function specOf(data: JsonObject) {
  return {
    type: text(at(data, 'spec', 'type')) ?? 'ClusterIP',
    address: text(at(data, 'spec', 'clusterIP')) ?? texts(at(data, 'spec', 'clusterIPs'))[0],
    local: at(data, 'spec', 'externalTrafficPolicy') === 'Local',
  };
}
