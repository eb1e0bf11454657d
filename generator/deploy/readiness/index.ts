import { at, text, whole } from '../../fields.ts';
import { groupOf } from '../../kinds.ts';
import type { JsonObject } from '../../manifest.ts';
import { beingDeleted } from '../being-deleted.ts';
import { helmChartReadiness } from './helm-chart.ts';
import { conditionOf, failed, isSeen, READY, type Readiness, said, waiting } from './readiness.ts';
import {
  daemonSetReadiness,
  deploymentReadiness,
  jobReadiness,
  podReadiness,
  statefulSetReadiness,
} from './workloads.ts';

export { helmChartReady } from './helm-chart.ts';
export type { Readiness } from './readiness.ts';

/** `group/Kind`, the core's group empty. */
const RULES: Readonly<Record<string, (object: JsonObject) => Readiness>> = {
  'apps/Deployment': deploymentReadiness,
  'apps/StatefulSet': statefulSetReadiness,
  'apps/DaemonSet': daemonSetReadiness,
  'batch/Job': jobReadiness,
  '/Pod': podReadiness,
  '/Namespace': (object) =>
    text(at(object, 'status', 'phase')) === 'Active' ? READY : waiting('it is not active yet'),
  'apiextensions.k8s.io/CustomResourceDefinition': definitionReadiness,
  'bitnami.com/SealedSecret': sealedSecretReadiness,
  'cert-manager.io/Certificate': certificateReadiness,
  'cert-manager.io/Issuer': promised('Ready'),
  'cert-manager.io/ClusterIssuer': promised('Ready'),
  'helm.cattle.io/HelmChart': helmChartReadiness,
};

/**
 * How far an object is, as it is in the cluster now. Kinds that have nothing to wait for are ready as soon as they are
 * there; of a kind that nobody here knows, its `Ready` and `Stalled` conditions are believed, where it has them.
 */
export function readinessOf(object: JsonObject): Readiness {
  const going = beingDeleted(object);
  if (going !== undefined) return waiting(going);
  const key = `${groupOf(text(object.apiVersion) ?? '')}/${text(object.kind) ?? ''}`;
  const rule = Object.hasOwn(RULES, key) ? RULES[key] : undefined;
  return rule ? rule(object) : otherReadiness(object);
}

function definitionReadiness(object: JsonObject): Readiness {
  const names = conditionOf(object, 'NamesAccepted');
  if (names?.status === 'False') return failed(said(names, 'its names are taken'));
  return conditionOf(object, 'Established')?.status === 'True' ? READY : waiting('it is not served yet');
}

/** Its controller says `Synced` of the generation that it has opened; of an older one that means nothing. */
function sealedSecretReadiness(object: JsonObject): Readiness {
  const synced = conditionOf(object, 'Synced');
  const observed = whole(at(object, 'status', 'observedGeneration'));
  const generation = whole(at(object, 'metadata', 'generation'));
  if (!synced || (generation !== undefined && (observed ?? 0) < generation))
    return waiting('its controller has not opened it yet');
  if (synced.status === 'True') return READY;
  return synced.status === 'False'
    ? failed(said(synced, 'it cannot be opened'))
    : waiting(said(synced, 'it is unknown'));
}

/** A kind whose controller always sets this condition: as long as there is none, nobody has looked. */
function promised(type: string): (object: JsonObject) => Readiness {
  return (object) => {
    const condition = conditionOf(object, type);
    const generation = whole(at(object, 'metadata', 'generation'));
    if (!condition) return waiting('its controller has not seen it yet');
    if (generation !== undefined && (condition.observedGeneration ?? generation) < generation)
      return waiting('its controller has not seen the change yet');
    return condition.status === 'True' ? READY : waiting(said(condition, `it is not ${type.toLowerCase()}`));
  };
}

/** After an attempt that failed, cert-manager makes the next one an hour later at the earliest. */
function certificateReadiness(object: JsonObject): Readiness {
  const readiness = promised('Ready')(object);
  const issuing = conditionOf(object, 'Issuing');
  const generation = whole(at(object, 'metadata', 'generation')) ?? 0;
  if (readiness.state === 'ready' || issuing?.status !== 'False' || issuing.reason !== 'Failed')
    return readiness;
  if ((issuing.observedGeneration ?? generation) < generation) return readiness;
  return failed(said(issuing, 'it cannot be issued'));
}

function otherReadiness(object: JsonObject): Readiness {
  if (!isSeen(object)) return waiting('its controller has not seen the change yet');
  const stalled = conditionOf(object, 'Stalled');
  if (stalled?.status === 'True') return failed(said(stalled, 'it is stalled'));
  const ready = conditionOf(object, 'Ready');
  return ready && ready.status !== 'True' ? waiting(said(ready, 'it is not ready')) : READY;
}
