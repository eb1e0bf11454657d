import { at, items, mapping, text, texts, whole } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';
import { badConditions } from './conditions.ts';
import { oneLine } from './one-line.ts';
import { endOf } from './pod-trouble.ts';

/** How a pod is, container by container. */
export function podLines(pod: JsonObject): string[] {
  const node = text(at(pod, 'spec', 'nodeName'));
  const phase = text(at(pod, 'status', 'phase')) ?? 'not seen by anybody';
  const said = [text(at(pod, 'status', 'reason')), text(at(pod, 'status', 'message'))].filter((part) => part);
  return [
    oneLine([`${phase}${node ? ` on ${node}` : ''}`, ...said].join(': ')),
    ...badConditions(pod),
    ...items(at(pod, 'status', 'initContainerStatuses')).map(({ item }) =>
      containerLine('init container', item),
    ),
    ...items(at(pod, 'status', 'containerStatuses')).map(({ item }) => containerLine('container', item)),
  ];
}

function containerLine(what: string, status: JsonObject): string {
  const restarts = whole(status.restartCount) ?? 0;
  const before = mapping(at(status, 'lastState', 'terminated'));
  const parts = [
    stateOf(status),
    ...(restarts > 0 ? [`${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`] : []),
    ...(Object.keys(before).length > 0 ? [`before: ${endOf(before)}`] : []),
  ];
  return oneLine(`${what} ${text(status.name) ?? ''}: ${parts.join(', ')}`);
}

function stateOf(status: JsonObject): string {
  const { running, waiting, terminated } = mapping(status.state);
  if (running !== undefined) return status.ready === true ? 'runs, ready' : 'runs, not ready';
  if (terminated !== undefined) return `ended: ${endOf(mapping(terminated))}`;
  const { reason, message } = mapping(waiting);
  return `waits: ${[text(reason) ?? 'nobody says for what', text(message)].filter((part) => part).join(': ')}`;
}

/** Whether all containers of a pod serve. */
export function isPodReady(pod: JsonObject): boolean {
  return items(at(pod, 'status', 'conditions')).some(
    ({ item }) => item.type === 'Ready' && item.status === 'True',
  );
}

/** The first container that keeps a pod from being ready; its name. */
export function unreadyContainer(pod: JsonObject): string | undefined {
  for (const { item } of items(at(pod, 'status', 'initContainerStatuses')))
    if (item.ready !== true && at(item, 'state', 'waiting') === undefined) return text(item.name);
  const statuses = items(at(pod, 'status', 'containerStatuses'));
  const unready = statuses.find(
    ({ item }) => item.ready !== true && at(item, 'state', 'waiting') === undefined,
  );
  return text(unready?.item.name);
}

/** The claims that a pod has volumes of. */
export function claimsOf(pod: JsonObject): string[] {
  return texts(
    items(at(pod, 'spec', 'volumes')).map(
      ({ item }) => text(at(item, 'persistentVolumeClaim', 'claimName')) ?? null,
    ),
  );
}
