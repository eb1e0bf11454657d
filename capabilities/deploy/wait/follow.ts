import { selectorOf, uidOf } from '../../../generator/deploy/diagnosis/new-pods.ts';
import { occurrence } from '../../../generator/deploy/diagnosis/pod-refusal.ts';
import { at, text } from '../../../generator/fields.ts';
import { ApiError } from '../../ports/api-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster, KubernetesObject } from '../../ports/cluster.ts';
import type { Bell } from './bell.ts';
import type { Waiting } from './contract.ts';
import { looksAt, watchesFor } from './interests.ts';
import type { View } from './view.ts';

/** Milliseconds between two tries of the first look, while nobody answers. */
const PAUSE = 1_000;
/** Milliseconds after which a watch has told of everything that is there. */
const BEGUN = 5_000;

/** Milliseconds between two looks at the events of one object. */
export const EVENTS = 5_000;

/** Keeps a view of the cluster up to date, and rings whenever it changed. */
export class Follower {
  private readonly cluster: Cluster;
  private readonly clock: Clock;
  private readonly view: View;
  private readonly bell: Bell;
  private readonly signal: AbortSignal;
  private readonly asked = new Set<string>();
  /** By uid: when events were last asked for, and those that were there before. */
  private readonly events = new Map<string, { at: number; known: ReadonlySet<string> | undefined }>();
  /** What ended a watch for good. */
  failure: unknown;

  constructor(world: { cluster: Cluster; clock: Clock; view: View; bell: Bell; signal: AbortSignal }) {
    this.cluster = world.cluster;
    this.clock = world.clock;
    this.view = world.view;
    this.bell = world.bell;
    this.signal = world.signal;
  }

  /** One look at all of them, for as long as it takes until somebody answers. */
  look(objects: readonly Waiting[], done: () => void): void {
    this.inBackground(async () => {
      while (!this.signal.aborted) {
        try {
          for (const { resource, selection } of await looksAt(objects, this.cluster))
            for (const object of (await this.cluster.list(resource, selection)).items)
              this.view.absorb(resource, { type: 'ADDED', object });
          return done();
        } catch (error) {
          if (!(error instanceof ApiError) || !error.transient) throw error;
          await this.clock.sleep(PAUSE, this.signal);
        }
      }
    });
  }

  /** Follows them from now on, with what tells early that they fail. */
  follow(objects: readonly Waiting[]): void {
    const told = new Set<string>();
    this.inBackground(async () => {
      for (const { resource, selection } of await watchesFor(objects, this.cluster))
        this.inBackground(async () => {
          for await (const event of this.cluster.watch(resource, selection, this.signal)) {
            if (this.signal.aborted) return;
            told.add(uidOf(event.object) ?? '');
            this.view.absorb(resource, event);
            this.bell.ring();
          }
        });
      await this.clock.sleep(BEGUN, this.signal);
      await this.confirm(objects, told);
    });
  }

  /** What went away between the first look and the beginning of a watch, no watch tells. */
  private async confirm(objects: readonly Waiting[], told: ReadonlySet<string>): Promise<void> {
    for (const waiting of objects) {
      const object = this.view.objectOf(waiting);
      if (this.signal.aborted || !object || told.has(uidOf(object) ?? '')) continue;
      try {
        const { resource } = waiting.ref;
        const there = await this.cluster.get(waiting.ref);
        this.view.absorb(resource, there ? { type: 'ADDED', object: there } : { type: 'DELETED', object });
      } catch (error) {
        // Nobody answers: then it is the watch that lists anew, and tells.
        if (!(error instanceof ApiError) || !error.transient) throw error;
      }
    }
  }

  /** Asks once for the ReplicaSet of a Deployment's newest template: only its pods say something of the change. */
  askReplicaSet(deployment: KubernetesObject): void {
    const namespace = text(at(deployment, 'metadata', 'namespace')) ?? '';
    const key = `${text(at(deployment, 'metadata', 'uid'))} ${text(at(deployment, 'metadata', 'resourceVersion'))}`;
    if (this.asked.has(key)) return;
    this.asked.add(key);
    this.inBackground(async () => {
      try {
        const resource = await this.cluster.resource('apps/v1', 'ReplicaSet');
        const labels = selectorOf(deployment);
        const listed =
          resource && (await this.cluster.list(resource, { namespace, ...(labels ? { labels } : {}) }));
        this.view.setReplicaSets(deployment, listed?.items);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        // Without them it takes until the deadline of the Deployment; asked again when it changes.
        if (!error.transient) this.view.setReplicaSets(deployment, undefined);
      }
    });
  }

  /**
   * Asks, now and then, whether the pods of an object are refused.
   * @param written By this delivery: else what was there before says nothing, as it may have been mended since.
   */
  askRefusal(object: KubernetesObject, written: boolean): void {
    const uid = uidOf(object) ?? '';
    const now = this.clock.now().getTime();
    const before = this.events.get(uid);
    if (before && now < before.at + EVENTS) return;
    const known = before?.known ?? (written ? new Set<string>() : undefined);
    this.events.set(uid, { at: now, known });
    this.inBackground(async () => {
      try {
        const resource = await this.cluster.resource('v1', 'Event');
        if (!resource) return;
        const { items } = await this.cluster.list(resource, {
          namespace: text(at(object, 'metadata', 'namespace')) ?? '',
          fields: `involvedObject.uid=${uid},reason=FailedCreate`,
        });
        const fresh = items.filter((event) => known && !known.has(occurrence(event)));
        this.view.setRefusals(object, fresh);
        if (!known) this.events.set(uid, { at: now, known: new Set(items.map(occurrence)) });
      } catch (error) {
        // Without them it takes until its time is over.
        if (!(error instanceof ApiError)) throw error;
      }
    });
  }

  private inBackground(work: () => Promise<void>): void {
    work().then(
      () => this.bell.ring(),
      (error: unknown) => {
        if (!this.signal.aborted) this.failure ??= error;
        this.bell.ring();
      },
    );
  }
}
