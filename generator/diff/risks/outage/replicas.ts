import { at, whole } from '../../../fields.ts';
import type { PodTemplate } from '../../../validate/cluster/pod-template.ts';
import { fewestReplicas } from '../../../validate/cluster/rollout.ts';
import type { ObjectChange } from '../../change.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { comingOf, goneOf, pairsOf } from '../pairs.ts';
import { podKey, podPairs } from '../pods.ts';
import { treesOf } from '../trees.ts';

/** Workloads left with no pod, or with a single one. */
export function* fewerReplicas(context: RiskContext): Iterable<RiskHit> {
  const { before, after } = treesOf(context);
  for (const { old, now, change, way } of affected(context)) {
    const [was, is] = [fewestReplicas(before, old), fewestReplicas(after, now)];
    if (was === undefined || is === undefined || is >= was || is > 1) continue;
    const name = `${now.kind}/${now.name}`;
    yield hit(
      change,
      way,
      is <= 0
        ? `${name} goes from ${was} to 0 pods: nothing answers any more`
        : `${name} goes from ${was} pods to 1: every restart of it, and every failure, is an outage`,
    );
  }
  for (const { change, before: old, after: now } of pairsOf(context, 'CronJob')) {
    const way = ['spec', 'suspend'];
    if (at(now.data, ...way) === true && at(old.data, ...way) !== true)
      yield hit(change, way, 'suspended: it does not run any more');
  }
}

interface Affected {
  old: PodTemplate;
  now: PodTemplate;
  change: ObjectChange;
  way: string[];
}

/** Workloads whose number of pods may have changed, each once: by their own change, else by their autoscaler's. */
function* affected(context: RiskContext): Iterable<Affected> {
  const { before, after } = treesOf(context);
  const seen = new Set<string>();
  for (const { change, before: old, after: now } of podPairs(context)) {
    const scaled =
      whole(at(now.manifest.data, 'spec', 'replicas')) !== whole(at(old.manifest.data, 'spec', 'replicas'));
    if (!scaled) continue;
    seen.add(podKey(now));
    yield { old, now, change, way: ['spec', 'replicas'] };
  }
  const scalers = [
    ...comingOf(context, 'HorizontalPodAutoscaler').map(({ change, after: manifest }) => ({
      change,
      manifest,
    })),
    ...goneOf(context, 'HorizontalPodAutoscaler').map(({ change, before: manifest }) => ({
      change,
      manifest,
    })),
  ];
  if (scalers.length === 0) return;
  const templates = new Map(before.podTemplates.map((pod) => [podKey(pod), pod]));
  const current = new Map(after.podTemplates.map((pod) => [podKey(pod), pod]));
  for (const { change, manifest } of scalers) {
    const target = at(manifest.data, 'spec', 'scaleTargetRef');
    const namespace = after.namespaceOf(manifest);
    const key = `${String(at(target, 'kind'))}/${namespace}/${String(at(target, 'name'))}`;
    const [old, now] = [templates.get(key), current.get(key)];
    if (!old || !now || seen.has(key)) continue;
    seen.add(key);
    yield { old, now, change, way: ['spec', 'minReplicas'] };
  }
}
