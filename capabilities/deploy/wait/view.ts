import {
  controllerOf,
  newPods,
  newReplicaSet,
  revisionOf,
  uidOf,
} from '../../../generator/deploy/diagnosis/new-pods.ts';
import { podRefusalOf } from '../../../generator/deploy/diagnosis/pod-refusal.ts';
import { restartsOf } from '../../../generator/deploy/diagnosis/pod-trouble.ts';
import { jobNameOf } from '../../../generator/deploy/readiness/helm-chart.ts';
import { namespacedName } from '../../../generator/fields.ts';
import type { KubernetesObject, Resource, WatchEvent } from '../../ports/cluster.ts';
import type { Waiting } from './contract.ts';
import { isChart, kindOf } from './interests.ts';

const JOB = kindOf({ apiVersion: 'batch/v1', kind: 'Job' });
const POD = kindOf({ apiVersion: 'v1', kind: 'Pod' });

/** What is known of the cluster while it is waited for: the objects as they were last seen. */
export class View {
  private readonly kinds = new Map<string, Map<string, KubernetesObject>>();
  /** By the uid of the controller that made them. */
  private readonly pods = new Map<string, Map<string, KubernetesObject>>();
  /** Of each Deployment, by uid and revision. */
  private readonly replicaSets = new Map<string, KubernetesObject | undefined>();
  /** That pods were refused, by the uid of what wants them. */
  private readonly refusals = new Map<string, readonly KubernetesObject[]>();
  /** Uids that were there once. */
  private readonly uids = new Set<string>();
  /** Of each pod, by its uid: restarts when it was first seen. */
  readonly restarts = new Map<string, ReadonlyMap<string, number>>();

  absorb(resource: Resource, { type, object }: WatchEvent): void {
    const objects = this.kinds.get(kindOf(resource)) ?? new Map<string, KubernetesObject>();
    this.kinds.set(kindOf(resource), objects);
    const [key, uid] = [namespacedName(object), uidOf(object) ?? ''];
    this.uids.add(uid);
    if (type !== 'DELETED') objects.set(key, object);
    // The end of an older object of the same name is told late at times.
    else if (uidOf(objects.get(key)) === uid) objects.delete(key);
    if (kindOf(resource) === POD) this.absorbPod(uid, { type, object });
  }

  private absorbPod(uid: string, { type, object }: WatchEvent): void {
    const controller = controllerOf(object) ?? '';
    const pods = this.pods.get(controller) ?? new Map<string, KubernetesObject>();
    this.pods.set(controller, pods);
    if (type === 'DELETED') pods.delete(uid);
    else pods.set(uid, object);
    if (!this.restarts.has(uid)) this.restarts.set(uid, restartsOf(object));
  }

  objectOf({ ref: { resource, namespace, name } }: Waiting): KubernetesObject | undefined {
    return this.kinds.get(kindOf(resource))?.get(`${namespace}/${name}`);
  }

  wasThere(uid: string | undefined): boolean {
    return uid !== undefined && this.uids.has(uid);
  }

  jobOf(waiting: Waiting): KubernetesObject | undefined {
    const chart = isChart(waiting) ? this.objectOf(waiting) : undefined;
    const name = chart && jobNameOf(chart);
    return name === undefined ? undefined : this.kinds.get(JOB)?.get(`${waiting.ref.namespace}/${name}`);
  }

  /** The pods of the newest template of a workload, or of the job of a chart. */
  podsOf(waiting: Waiting): KubernetesObject[] {
    const workload = this.jobOf(waiting) ?? this.objectOf(waiting);
    if (!workload) return [];
    const replicaSet = this.replicaSetOf(workload);
    return newPods(workload, this.podsOwnedBy(replicaSet ?? workload), replicaSet);
  }

  /** The pods that an object made, of older templates, too. */
  podsOwnedBy(owner: KubernetesObject): KubernetesObject[] {
    return [...(this.pods.get(uidOf(owner) ?? '')?.values() ?? [])];
  }

  replicaSetOf(deployment: KubernetesObject): KubernetesObject | undefined {
    return this.replicaSets.get(revisionKey(deployment));
  }

  /** Whether the ReplicaSet of a Deployment's newest template has still to be asked for. */
  lacksReplicaSet(object: KubernetesObject): boolean {
    return (
      object.kind === 'Deployment' &&
      revisionOf(object) !== undefined &&
      !this.replicaSets.has(revisionKey(object))
    );
  }

  refusalOf(object: KubernetesObject | undefined): string | undefined {
    const events = this.refusals.get(uidOf(object) ?? '') ?? [];
    return object && podRefusalOf(object, events, this.podsOwnedBy(object));
  }

  setRefusals(object: KubernetesObject, events: readonly KubernetesObject[]): void {
    this.refusals.set(uidOf(object) ?? '', events);
  }

  /** @param found Undefined when they cannot be read. */
  setReplicaSets(deployment: KubernetesObject, found: readonly KubernetesObject[] | undefined): void {
    this.replicaSets.set(revisionKey(deployment), found && newReplicaSet(deployment, found));
  }
}

function revisionKey(deployment: KubernetesObject): string {
  return `${uidOf(deployment)} ${revisionOf(deployment)}`;
}
