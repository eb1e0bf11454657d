import { ApiError } from '../../capabilities/ports/api-error.ts';
import type {
  KubernetesObject,
  Listed,
  Resource,
  Selection,
  WatchEvent,
} from '../../capabilities/ports/cluster.ts';
import { nodeClock } from '../node-clock.ts';
import type { Connection } from './connection.ts';
import { collectionPath, query, selectionQuery } from './paths.ts';
import { refusal } from './refusal.ts';
import type { RetryOptions } from './retry.ts';
import { retrying } from './retry.ts';

/** Seconds after which the server ends a watch; it is begun again from where it was. */
const SERVER_TIMEOUT = 240;
/** Milliseconds: the server sends a bookmark about every minute, so a longer silence is a dead line. */
const SILENCE = 90_000;
/** Milliseconds before a watch that told nothing is begun again. */
const PAUSE = 1_000;

/** Thrown inside when what a watch would go on from is no longer known. */
class Expired extends Error {}

/**
 * Everything that happens to the objects of a selection, beginning with those that are there. Goes on by itself when the
 * connection ends; when it was away for too long it lists again, and tells what is gone as deleted.
 */
export async function* watchObjects(
  connection: Connection,
  list: () => Promise<Listed>,
  resource: Resource,
  selection: Selection,
  signal: AbortSignal,
  retry: RetryOptions,
): AsyncIterable<WatchEvent> {
  const seen = new Map<string, KubernetesObject>();
  let version: string | undefined;
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const listed = await list();
        yield* difference(seen, listed.items);
        version = listed.resourceVersion;
      }
      const from = version;
      const opened = await retrying(() => open(connection, resource, selection, from, signal), {
        ...retry,
        signal: AbortSignal.any([signal, connection.closed]),
      });
      let silent = true;
      for await (const event of opened) {
        silent = false;
        const { type, object } = event;
        version = String((object.metadata as KubernetesObject | undefined)?.resourceVersion ?? version);
        if (type === 'BOOKMARK') continue;
        if (type === 'DELETED') seen.delete(keyOf(object));
        else seen.set(keyOf(object), object);
        yield { type, object };
      }
      // Whoever ends every watch at once is not asked again at once.
      if (silent) await (retry.sleep ?? nodeClock.sleep)(PAUSE, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Expired || (error instanceof ApiError && error.status === 410))
        version = undefined;
      // A line that was cut in the middle: from the last event that arrived.
      else if (!(error instanceof ApiError) || !error.transient) throw error;
    }
  }
}

function* difference(
  seen: Map<string, KubernetesObject>,
  items: readonly KubernetesObject[],
): Iterable<WatchEvent> {
  const now = new Map(items.map((object) => [keyOf(object), object]));
  for (const [key, object] of [...seen])
    if (!now.has(key)) {
      seen.delete(key);
      yield { type: 'DELETED', object };
    }
  for (const [key, object] of now) {
    const type = seen.has(key) ? 'MODIFIED' : 'ADDED';
    seen.set(key, object);
    yield { type, object };
  }
}

function keyOf(object: KubernetesObject): string {
  return String((object.metadata as KubernetesObject | undefined)?.uid ?? '');
}

async function open(
  connection: Connection,
  resource: Resource,
  selection: Selection,
  resourceVersion: string,
  signal: AbortSignal,
): Promise<AsyncIterable<{ type: WatchEvent['type'] | 'BOOKMARK'; object: KubernetesObject }>> {
  const what = `watch ${resource.plural}`;
  const parameters = {
    ...selectionQuery(selection),
    watch: true,
    allowWatchBookmarks: true,
    resourceVersion,
    timeoutSeconds: SERVER_TIMEOUT,
  };
  const path = `${collectionPath(resource, selection.namespace)}${query(parameters)}`;
  const response = await connection.open({ method: 'GET', path, what, signal, timeout: SILENCE });
  const status = response.statusCode ?? 0;
  if (status >= 400) {
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    throw refusal(what, status, text, response.headers['retry-after']);
  }
  return events(what, response.setEncoding('utf8'));
}

async function* events(
  what: string,
  lines: AsyncIterable<string>,
): AsyncIterable<{ type: WatchEvent['type'] | 'BOOKMARK'; object: KubernetesObject }> {
  let rest = '';
  try {
    for await (const chunk of lines) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        if (line === '') continue;
        const { type, object } = JSON.parse(line) as { type: string; object: KubernetesObject };
        if (type !== 'ERROR') {
          yield { type: type as WatchEvent['type'], object };
          continue;
        }
        if (object.code === 410) throw new Expired();
        throw refusal(what, Number(object.code ?? 500), JSON.stringify(object), undefined);
      }
    }
  } catch (error) {
    if (error instanceof ApiError || error instanceof Expired) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? 'ECONNRESET';
    throw new ApiError(`${what}: the connection was cut`, { status: 0, reason }, { cause: error });
  }
}
