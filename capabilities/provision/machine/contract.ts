import type { Files } from '../../../generator/files.ts';
import type { BackupSettings } from '../../../generator/host/backup-settings.ts';
import type { DropletFacts } from '../../../generator/host/droplet-facts.ts';
import type {
  MachineEvent,
  MachineStage,
  TimelineEntry,
} from '../../../generator/provision/machine/stages.ts';
import type { Environment } from '../../../generator/spec/environment.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Encrypt } from '../../ports/encrypt.ts';
import type { Knock } from '../../ports/knock.ts';
import type { OpenRemote, RemoteRequest } from '../../ports/remote.ts';

export interface MachineRequest {
  environment: Environment;
  /** Where to connect: the machine's own address, as long as the reserved one leads elsewhere. */
  host: string;
  /** 22 if left out. */
  port?: number | undefined;
  /** Where SSH and users come in when all is done; the name under which its key is pinned. */
  address: string;
  dropletId?: number | undefined;
  /** The public host keys that the machine may show: of this run, or of those before. */
  hostKeys: readonly string[];
  /** Of an operator; the agent is asked if left out. */
  key?: RemoteRequest['key'];
  /**
   * Its data is still at the machine that it replaces: everything is built, and nothing is switched to, because k3s must
   * not start without its volume. Called again when it has come, without this.
   */
  dataToCome?: boolean | undefined;
  /** The private key that values were sealed for; it is not delivered if left out. */
  sealingKey?: { name: string; text: string } | undefined;
  /** What the machine backs up with; it is not handed over if left out. */
  backups?: BackupSettings | undefined;
}

export interface MachinePorts {
  openRemote: OpenRemote;
  clock: Clock;
  knock: Knock;
  encrypt: Encrypt;
  /** The repository, which the facts, the pinned key and the escrow are written into. */
  files: Files;
  report(event: MachineEvent): void;
  /**
   * Keeps the host keys that the machine may show from now on where another run finds them. Called before the machine
   * shows a new one.
   */
  pin(publicKeys: readonly string[]): Promise<void>;
  signal?: AbortSignal;
  /** Milliseconds instead of those of `STAGE_LIMITS`. */
  limits?: Partial<Record<MachineStage, number>>;
}

/** What every stage works with. */
export interface MachineRun {
  request: MachineRequest;
  ports: MachinePorts;
  hostKeys: readonly string[];
  facts: DropletFacts | undefined;
  timeline: TimelineEntry[];
  warnings: string[];
  /** Stage -> what the machine logged there. */
  logs: Map<MachineStage, string>;
  /** Files that were written, from the root of the repository. */
  written: Set<string>;
}
