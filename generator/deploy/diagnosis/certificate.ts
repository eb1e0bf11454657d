import { at, items, text } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';
import { badConditions } from './conditions.ts';
import { uidOf } from './new-pods.ts';
import { oneLine } from './one-line.ts';

/** What cert-manager makes on the way to a certificate: each owned by the one before. */
export interface IssuingObjects {
  requests: readonly JsonObject[];
  orders: readonly JsonObject[];
  challenges: readonly JsonObject[];
}

export interface IssuingTrouble {
  /** What fails first, in one sentence; undefined when nothing says so. */
  message: string | undefined;
  lines: string[];
}

/** How far the newest attempt to issue a certificate is: its request, its order, and the challenge of each host. */
export function issuingTrouble(certificate: JsonObject, made: IssuingObjects): IssuingTrouble {
  const request = newest(ownedBy(certificate, made.requests));
  if (!request) return { message: undefined, lines: [] };
  const order = newest(ownedBy(request, made.orders));
  const challenges = (order ? ownedBy(order, made.challenges) : []).filter(
    (challenge) => text(at(challenge, 'status', 'state')) !== 'valid',
  );
  const failing = challenges.find((challenge) => text(at(challenge, 'status', 'reason'))) ?? challenges[0];
  return {
    message: failing && challengeText(failing),
    lines: [
      ...badConditions(request).map((line) => `CertificateRequest ${nameOf(request)}: ${line}`),
      ...(order ? [oneLine(`Order ${nameOf(order)}: ${stateText(order)}`)] : []),
      ...challenges.map((challenge) => `Challenge ${nameOf(challenge)}: ${challengeText(challenge)}`),
    ],
  };
}

/** `shop.example by HTTP-01: pending: wrong status code 404` */
function challengeText(challenge: JsonObject): string {
  const host = text(at(challenge, 'spec', 'dnsName')) ?? 'a host';
  const type = text(at(challenge, 'spec', 'type'));
  return oneLine(`${host}${type ? ` by ${type}` : ''}: ${stateText(challenge)}`);
}

function stateText(object: JsonObject): string {
  const state = text(at(object, 'status', 'state')) || 'not begun';
  const reason = text(at(object, 'status', 'reason'));
  return reason ? `${state}: ${reason}` : state;
}

function ownedBy(owner: JsonObject, objects: readonly JsonObject[]): JsonObject[] {
  const uid = uidOf(owner);
  return objects.filter((object) =>
    items(at(object, 'metadata', 'ownerReferences')).some(
      ({ item }) => uid !== undefined && item.uid === uid,
    ),
  );
}

function newest(objects: readonly JsonObject[]): JsonObject | undefined {
  const time = (object: JsonObject) => text(at(object, 'metadata', 'creationTimestamp')) ?? '';
  return [...objects].sort((a, b) => time(a).localeCompare(time(b))).at(-1);
}

function nameOf(object: JsonObject): string {
  return text(at(object, 'metadata', 'name')) ?? '';
}
