import {
  formatInventory,
  type Owned,
  ownedKey,
  parseInventory,
} from '../../../generator/deploy/inventory.ts';
import { type ArchivedFile, packFiles, unpackFiles } from '../../../generator/deploy/state/archive.ts';
import { labelValue } from '../../../generator/deploy/state/label-value.ts';
import {
  type DeploymentState,
  EMPTY_STATE,
  formatState,
  keptNumbers,
  nextNumber,
  parseState,
  RECORD_REMEDY,
} from '../../../generator/deploy/state/state.ts';
import { UserError } from '../../../generator/errors.ts';
import { at, labelsOf, text } from '../../../generator/fields.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';
import { inParallel } from '../in-parallel.ts';
import { type LockState, lookAtLock } from '../lock/index.ts';
import { LeaseLost } from '../lock/lost.ts';
import { type ConfigMap, configMaps, readConfigMap, STATE_NAMESPACE, writeConfigMap } from './config-map.ts';

/** What the cluster remembers of one environment. */
export interface Remembered {
  state: DeploymentState;
  /** Every object that a delivery answers for. */
  inventory: Owned[];
}

const INVENTORY = 'lunchbox.dev/inventory-of';
const RELEASES = 'lunchbox.dev/releases-of';
const RELEASE = 'lunchbox.dev/release';

/** ConfigMaps of one release: more were not written by us. */
const MOST_PARTS = 1_000;

/** The memory of an environment, in ConfigMaps of the cluster: inventory and state in one, each release in others. */
export class StateStore {
  /** Also the name of the lock. */
  readonly name: string;
  /** Whose memory it is: `shop-eu` with `prod` has the same name as `shop` with `eu-prod`. */
  private readonly of: string;
  private readonly environment: string;
  private readonly cluster: Cluster;
  private readonly clock: Clock;
  private known: ConfigMap | undefined;

  constructor(app: string, environment: string, cluster: Cluster, clock: Clock) {
    this.name = `lunchbox-${app}-${environment}`;
    this.of = `${app} ${environment}`;
    this.environment = environment;
    this.cluster = cluster;
    this.clock = clock;
  }

  async read(): Promise<Remembered> {
    this.known = await readConfigMap(this.name, this.cluster);
    const where = `ConfigMap ${STATE_NAMESPACE}/${this.name}`;
    const of = this.known?.data.of ?? this.of;
    if (of !== this.of)
      throw new UserError({
        message: `${where} is of ${of}, not of ${this.of}: what it remembers would be removed`,
        remedy: 'Give the app or the environment another name, or deliver them to clusters of their own.',
      });
    if (!this.known) {
      await this.refuseLost(where);
      return { state: EMPTY_STATE, inventory: [] };
    }
    const { state, inventory, fence } = this.known.data;
    const damaged = (why: string) =>
      new UserError({ message: `${where} is damaged: ${why}`, remedy: RECORD_REMEDY });
    if (inventory === undefined) throw damaged('`inventory` is missing');
    if (fence !== undefined && !/^\d+$/.test(fence)) throw damaged('`fence` is no whole number');
    try {
      return { state: parseState(where, state), inventory: parseInventory(inventory) };
    } catch (error) {
      if (error instanceof RangeError) throw damaged(error.message);
      throw error;
    }
  }

  /** Files of releases without the record of them: it was deleted, and what it answered for would be nobody's. */
  private async refuseLost(where: string): Promise<void> {
    const archives = await this.archives();
    if (archives.length === 0) return;
    const numbers = [...new Set(archives.map(({ release }) => release))].join(', ');
    throw new UserError({
      message: `${where} is lost: the files of earlier releases are there (${numbers}), and not the record of them`,
      remedy: `Restore it from a backup of the cluster. As a last resort make it anew, with an empty history: \`kubectl -n ${STATE_NAMESPACE} create configmap ${this.name} --from-literal=inventory= --from-literal='state=${formatState(EMPTY_STATE)}'\`. The files stay, and what those releases brought is then pruned by nobody.`,
    });
  }

  /** @param fence Of the lock: whoever holds an older one must not write over this. @throws when somebody newer has written */
  async write({ state, inventory }: Remembered, fence: number): Promise<void> {
    const data = {
      of: this.of,
      inventory: formatInventory(inventory),
      state: formatState(state),
      fence: String(fence),
    };
    const older = (there: ConfigMap) => Number(there.data.fence ?? 0) <= fence;
    if (this.known && !older(this.known)) throw new LeaseLost();
    this.known = await writeConfigMap(
      { name: this.name, data, labels: { [INVENTORY]: labelValue(this.name) } },
      this.known,
      older,
      this.cluster,
      (milliseconds) => this.clock.sleep(milliseconds),
    );
    if (!older(this.known)) throw new LeaseLost();
  }

  /** The fence of whoever has written last; 0 when nobody has. */
  async fence(): Promise<number> {
    const there = await readConfigMap(this.name, this.cluster);
    return Number(there?.data.fence ?? 0) || 0;
  }

  /** Who delivers to this environment. */
  lock(): Promise<LockState> {
    return lookAtLock({ namespace: STATE_NAMESPACE, name: this.name }, this.cluster, this.clock);
  }

  /** Keeps the files of a release. Doing it twice changes nothing. */
  async keep(release: number, files: readonly ArchivedFile[]): Promise<void> {
    const resource = await configMaps(this.cluster);
    const parts = packFiles(files);
    await inParallel([...parts.entries()], ([index, part]) =>
      this.cluster.apply(
        resource,
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: {
            name: this.partName(release, index),
            namespace: STATE_NAMESPACE,
            labels: { [RELEASES]: labelValue(this.name), [RELEASE]: String(release) },
          },
          data: { files: part, parts: String(parts.length) },
        },
        { force: true },
      ),
    );
  }

  /** @throws UserError when they are not kept any more, or damaged */
  async filesOf(release: number): Promise<ArchivedFile[]> {
    const gone = (why: string) =>
      new UserError({
        message: `the files of release ${release} ${why}`,
        remedy: `See \`lunchbox history ${this.environment}\`, or deliver its commit: \`lunchbox deploy ${this.environment} --revision COMMIT --allow-older\`.`,
      });
    const first = await readConfigMap(this.partName(release, 0), this.cluster);
    if (!first) throw gone('are not kept any more');
    const parts = Number(first.data.parts ?? 1);
    if (!Number.isInteger(parts) || parts < 1 || parts > MOST_PARTS) throw gone('are damaged');
    const rest = await inParallel(
      Array.from({ length: parts - 1 }, (_, index) => index + 1),
      (index) => readConfigMap(this.partName(release, index), this.cluster),
    );
    try {
      return unpackFiles([first, ...rest].map((part) => part?.data.files ?? ''));
    } catch (error) {
      if (error instanceof RangeError) throw gone('are damaged');
      throw error;
    }
  }

  /** The number of the next release. */
  async nextNumber(state: DeploymentState): Promise<number> {
    return nextNumber(
      state,
      (await this.archives()).map(({ release }) => release),
    );
  }

  /** Forgets the files of releases that nobody goes back to. Of what the state does not know, nothing is removed. */
  async forget(state: DeploymentState): Promise<void> {
    const resource = await configMaps(this.cluster);
    const kept = new Set(keptNumbers(state));
    const known = new Set(state.releases.map(({ number }) => number));
    const old = (await this.archives()).filter(({ release }) => known.has(release) && !kept.has(release));
    await inParallel(old, ({ name, uid }) =>
      this.cluster.delete({ resource, namespace: STATE_NAMESPACE, name }, { uid }),
    );
  }

  /** Every ConfigMap with files of a release. */
  private async archives(): Promise<{ release: number; name: string; uid: string }[]> {
    const { items } = await this.cluster.list(await configMaps(this.cluster), {
      namespace: STATE_NAMESPACE,
      labels: `${RELEASES}=${labelValue(this.name)}`,
      metadataOnly: true,
    });
    return items.flatMap(({ metadata }) => {
      const release = Number(labelsOf(at(metadata, 'labels'))[RELEASE]);
      if (!Number.isSafeInteger(release)) return [];
      return [{ release, name: text(at(metadata, 'name')) ?? '', uid: text(at(metadata, 'uid')) ?? '' }];
    });
  }

  /** The environment, not this one, that answers for an object. */
  async otherOwner(owned: Owned): Promise<string | undefined> {
    const resource = await configMaps(this.cluster);
    const { items } = await this.cluster.list(resource, { namespace: STATE_NAMESPACE, labels: INVENTORY });
    const line = ownedKey(owned);
    for (const { metadata, data } of items) {
      const name = text(at(metadata, 'name')) ?? '';
      if (name === this.name) continue;
      const lines = (labelsOf(data).inventory ?? '').split('\n').map((each) => each.split(' ')[0]);
      if (lines.includes(line))
        return `another environment, remembered in ConfigMap ${STATE_NAMESPACE}/${name}`;
    }
    return undefined;
  }

  private partName(release: number, index: number): string {
    return `${this.name}.r${release}${index === 0 ? '' : `.${index}`}`;
  }
}
