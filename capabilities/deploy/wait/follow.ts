import { selectorOf } from '../../../generator/deploy/diagnosis/new-pods.ts';
import { at, text } from '../../../generator/validate/cluster/fields.ts';
import { ApiError } from '../../ports/api-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster, KubernetesObject } from '../../ports/cluster.ts';
import type { Bell } from './bell.ts';
import type { Waiting } from './contract.ts';
import { looksAt, watchesFor } from './interests.ts';
import type { View } from './view.ts';

/** Milliseconds between two tries of the first look, while nobody answers. */
const PAUSE = 1_000;

/** Keeps a view of the cluster up to date, and rings whenever it changed. */
export class Follower {
  private readonly cluster: Cluster;
  private readonly clock: Clock;
  private readonly view: View;
  private readonly bell: Bell;
  private readonly signal: AbortSignal;
  private readonly asked = new Set<string>();
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
    this.inBackground(async () => {
      for (const { resource, selection } of await watchesFor(objects, this.cluster))
        this.inBackground(async () => {
          for await (const event of this.cluster.watch(resource, selection, this.signal)) {
            if (this.signal.aborted) return;
            this.view.absorb(resource, event);
            this.bell.ring();
          }
        });
    });
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
        const listed = resource && (await this.cluster.list(resource, { namespace, ...(labels ? { labels } : {}) }));
        this.view.setReplicaSets(deployment, listed?.items);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        // Without them it takes until the deadline of the Deployment; asked again when it changes.
        if (!error.transient) this.view.setReplicaSets(deployment, undefined);
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
