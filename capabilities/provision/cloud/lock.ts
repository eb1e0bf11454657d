import { UserError } from '../../../generator/errors.ts';
import { lockName } from '../../../generator/provision/naming.ts';
import type { Project } from '../../../generator/provision/resources.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { CloudError } from '../../ports/cloud-error.ts';

/** Milliseconds between two signs of life. */
const RENEWAL = 30_000;
/** Milliseconds without a sign of life after which whoever waits takes over. */
const PATIENCE = 120_000;
/** Milliseconds after a sign of life within which nobody can have taken over. */
const CERTAIN = 60_000;
/** Milliseconds between two looks at somebody else's. */
const LOOK = 10_000;

export interface LockRequest {
  app: string;
  environment: string;
  /** Tells this run from every other: random. */
  holder: string;
  /** For whoever comes second: `acme/shop run 17`. */
  by: string;
}

export interface Lock {
  /** Aborted when somebody else took over. */
  lost: AbortSignal;
  /** Before each change: gives a sign of life when it is time. @throws LockLost */
  check(): Promise<void>;
  /** Gives signs of life while something takes its time. */
  hold<T>(work: () => Promise<T>): Promise<T>;
  release(): Promise<void>;
}

/** Somebody else provisions by now. */
export class LockLost extends UserError {
  constructor() {
    super({
      message: 'another run has taken over: this one stops where it is, and removes nothing',
      remedy: 'See what the other one did, and run it again if need be.',
    });
  }
}

/**
 * One run for an environment at a time. The API has no locks, but a project's name is unique in an account: whoever makes
 * the project `lunchbox-lock-…` holds the lock, its description says who that is and changes with each sign of life, and
 * it is removed at the end. Whoever comes second watches the description: while it changes, it refuses; when it has not
 * changed for two minutes, the holder is dead, and the project is removed by its id (so only one can do that) and made
 * anew.
 *
 * Its limits: nothing in the API keeps a holder from writing that slept through two minutes, so it asks before each
 * change whether the project is still there, and a call that is under way at that moment is not held back. It keeps out
 * other runs of Lunchbox, not people in the control panel. It relies on DigitalOcean refusing a second project of the same
 * name; after making it, it looks whether there is another all the same, and then the one with the smaller id stays.
 * @throws UserError naming who holds it
 */
export async function acquireLock(
  request: LockRequest,
  cloud: Cloud,
  clock: Clock,
  ports: { signal: AbortSignal; waiting(text: string): void },
): Promise<Lock> {
  const name = lockName(request.app, request.environment);
  const description = (beat: number) => `${request.by}, holder ${request.holder}, beat ${beat}`;
  const project = await take(name, description(0), cloud, clock, ports);
  const abort = new AbortController();
  let heard = clock.now().getTime();
  let beat = 0;
  const lose = (): never => {
    abort.abort(new LockLost());
    throw new LockLost();
  };
  const renew = async (): Promise<void> => {
    if (abort.signal.aborted) throw new LockLost();
    try {
      await cloud.describeProject(project.id, description(++beat));
      heard = clock.now().getTime();
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      if (error.status === 404) lose();
      // Nobody can have taken over yet, and the next sign of life may arrive.
      if (clock.now().getTime() > heard + CERTAIN) lose();
    }
  };
  const check = async (): Promise<void> => {
    if (abort.signal.aborted) throw new LockLost();
    if (clock.now().getTime() >= heard + RENEWAL) await renew();
  };
  return {
    lost: abort.signal,
    check,
    async hold(work) {
      const stop = new AbortController();
      const renewing = (async () => {
        while (!stop.signal.aborted) {
          await clock.sleep(RENEWAL, stop.signal);
          if (!stop.signal.aborted) await check();
        }
      })().catch(() => {});
      try {
        return await work();
      } finally {
        stop.abort();
        await renewing;
      }
    },
    async release() {
      if (abort.signal.aborted) return;
      try {
        await cloud.deleteProject(project.id);
      } catch (error) {
        // It ends by itself two minutes later: no reason to hide how the run went.
        if (!(error instanceof CloudError)) throw error;
      }
    },
  };
}

async function take(
  name: string,
  description: string,
  cloud: Cloud,
  clock: Clock,
  { signal, waiting }: { signal: AbortSignal; waiting(text: string): void },
): Promise<Project> {
  for (let attempt = 0; attempt < 10; attempt++) {
    signal.throwIfAborted();
    try {
      const made = await cloud.createProject({ name, description });
      const all = (await cloud.projects()).filter((each) => each.name === name);
      const other = all.find(({ id }) => id < made.id);
      if (!other) return made;
      await cloud.deleteProject(made.id);
      throw held(other);
    } catch (error) {
      if (!(error instanceof CloudError) || (error.status !== 409 && error.status !== 422)) throw error;
    }
    const there = (await cloud.projects()).find((each) => each.name === name);
    if (there) await outlive(there, cloud, clock, signal, waiting);
    // Gone meanwhile, or not listed yet.
    else await clock.sleep(LOOK, signal);
  }
  throw new UserError({
    message: `the lock ${name} can neither be made nor found`,
    remedy: `See whether the account has a project called ${name}, and remove it when nobody provisions.`,
  });
}

/** Waits until the holder is done or surely dead, and removes what the dead left. @throws UserError when it lives */
async function outlive(
  there: Project,
  cloud: Cloud,
  clock: Clock,
  signal: AbortSignal,
  waiting: (text: string) => void,
): Promise<void> {
  waiting(
    `${holderOf(there)} provisions, or was cut short: is there a sign of life within ${PATIENCE / 1000} s?`,
  );
  for (let waited = 0; waited < PATIENCE; waited += LOOK) {
    await clock.sleep(LOOK, signal);
    signal.throwIfAborted();
    const now = (await cloud.projects()).find(({ id }) => id === there.id);
    if (!now) return;
    if (now.description !== there.description) throw held(there);
  }
  await cloud.deleteProject(there.id);
}

function held(project: Project): UserError {
  return new UserError({
    message: `${holderOf(project)} is provisioning this environment now`,
    remedy: 'Wait until it is done, and run it again.',
  });
}

function holderOf({ description }: Project): string {
  return description.split(', holder ')[0] || 'another run';
}
