import { at, mapping, whole } from '../../fields.ts';
import { groupOf, namespaceOf } from '../../kinds.ts';
import type { JsonObject, Manifest } from '../../manifest.ts';
import type { Fields } from '../fields-v1.ts';
import type { Owned } from '../inventory.ts';
import type { PatchStep } from '../json-patch.ts';
import { appliedBy, entriesOf, fieldsOf, isApplied, rewriteEntries } from '../managed-fields.ts';
import type { FieldConflict } from './conflicts.ts';

/** Groups of autoscalers' kinds. */
const AUTOSCALERS: Readonly<Record<string, string>> = {
  HorizontalPodAutoscaler: 'autoscaling',
  ScaledObject: 'keda.sh',
};

/** A number of pods that the tree has stated until now, and leaves to an autoscaler from now on. */
export interface LeftReplicas {
  /** `HorizontalPodAutoscaler web` */
  to: string;
  /** What it is, and what it stays until the autoscaler says something else. */
  replicas: number;
}

/** What in a tree decides how many pods a workload has; undefined where the tree itself does. */
export function autoscalerOf(
  manifests: readonly Manifest[],
  { kind, namespace, name }: Owned,
): string | undefined {
  const scaler = manifests.find((manifest) => {
    const { identity, data } = manifest;
    if (AUTOSCALERS[identity.kind] !== groupOf(identity.apiVersion)) return false;
    const target = mapping(at(data, 'spec', 'scaleTargetRef'));
    return (
      (target.kind ?? 'Deployment') === kind && target.name === name && namespaceOf(manifest) === namespace
    );
  });
  return scaler && `${scaler.identity.kind} ${scaler.identity.name}`;
}

/**
 * Whether applying an object would take away the number of pods that we have stated: the server then takes 1, whatever
 * the autoscaler wants.
 * @param taken Fields that become ours before it is applied.
 */
export function leavesReplicas(
  wanted: JsonObject,
  live: JsonObject,
  manager: string,
  autoscaler: string | undefined,
  taken: Fields = {},
): LeftReplicas | undefined {
  const replicas = whole(at(live, 'spec', 'replicas'));
  if (autoscaler === undefined || replicas === undefined || at(wanted, 'spec', 'replicas') !== undefined)
    return undefined;
  const owns = [appliedBy(live, manager) ?? {}, taken].some((fields) => statesReplicas(fields));
  return owns ? { to: autoscaler, replicas } : undefined;
}

/** Makes the number of pods nobody's, if we have stated it: then it stays when it is applied no more. */
export function releaseReplicas(live: JsonObject, manager: string): PatchStep[] | undefined {
  const entries = entriesOf(live);
  const ours = entries.find((entry) => isApplied(entry, manager));
  if (!ours || !statesReplicas(fieldsOf(ours))) return undefined;
  const { 'f:spec': spec, ...rest } = fieldsOf(ours);
  const { 'f:replicas': _, ...left } = mapping(spec);
  const released = { ...ours, fieldsV1: { ...rest, 'f:spec': left } };
  return rewriteEntries(
    live,
    entries.map((entry) => (entry === ours ? released : entry)),
  );
}

/** A conflict about what an autoscaler said that the tree has no more. */
export function isOldAutoscaler(
  { subresource, field }: FieldConflict,
  autoscaler: string | undefined,
): boolean {
  return autoscaler === undefined && subresource === 'scale' && field === '.spec.replicas';
}

function statesReplicas(fields: Fields): boolean {
  return Object.hasOwn(mapping(fields['f:spec']), 'f:replicas');
}
