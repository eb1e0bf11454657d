import { at, items, labelsOf, mapping, text, texts, whole } from '../../../fields.ts';
import type { Json, Manifest, Path } from '../../../manifest.ts';
import { same } from '../compare.ts';
import { ipv4Contains } from './ipv4.ts';

export type Direction = 'Ingress' | 'Egress';
export const DIRECTIONS: readonly Direction[] = ['Ingress', 'Egress'];

/** One thing that a policy allows: a peer on a port. Undefined stands for all of them. */
export interface Allowance {
  peer: Json | undefined;
  port: Json | undefined;
  at: Path;
}

/** The directions that a policy restricts, as Kubernetes fills them in. */
export function directionsOf({ data }: Manifest): Direction[] {
  const stated = texts(at(data, 'spec', 'policyTypes'));
  if (stated.length > 0) return DIRECTIONS.filter((direction) => stated.includes(direction));
  return items(at(data, 'spec', 'egress')).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

/** What a policy allows in a direction. */
export function allowances({ data }: Manifest, direction: Direction): Allowance[] {
  const [field, peers] =
    direction === 'Ingress' ? (['ingress', 'from'] as const) : (['egress', 'to'] as const);
  return items(at(data, 'spec', field)).flatMap(({ item, index }) =>
    listOr(item[peers]).flatMap((peer) =>
      listOr(item.ports).map((port) => ({ peer, port, at: ['spec', field, index] })),
    ),
  );
}

/** What is allowed by `wanted` and by none of `given`. */
export function notCovered(wanted: readonly Allowance[], given: readonly Allowance[]): Allowance[] {
  return wanted.filter(
    ({ peer, port }) => !given.some((each) => coversPeer(each.peer, peer) && coversPort(each.port, port)),
  );
}

/** `10.0.0.0/8, port 53/UDP`. */
export function described({ peer, port }: Allowance, direction: Direction): string {
  const end = whole(at(port, 'endPort'));
  const number = at(port, 'port');
  const protocol = text(at(port, 'protocol'));
  const ports =
    number === undefined
      ? 'every port'
      : `port ${String(number)}${end === undefined ? '' : `-${end}`}${protocol && protocol !== 'TCP' ? `/${protocol}` : ''}`;
  return `${direction === 'Ingress' ? 'from' : 'to'} ${who(peer)}, ${ports}`;
}

function listOr(value: Json | undefined): (Json | undefined)[] {
  return Array.isArray(value) && value.length > 0 ? value : [undefined];
}

function who(peer: Json | undefined): string {
  if (peer === undefined || peer === null) return 'everyone';
  const cidr = text(at(peer, 'ipBlock', 'cidr'));
  if (cidr !== undefined) return cidr;
  const pods = selected(at(peer, 'podSelector'), 'pods');
  const namespaces = at(peer, 'namespaceSelector');
  if (namespaces === undefined) return pods;
  return `${pods} in ${selected(namespaces, 'namespaces')}`;
}

function selected(selector: Json | undefined, word: string): string {
  const labels = Object.entries(labelsOf(at(selector, 'matchLabels'))).map(
    ([key, value]) => `${key}=${value}`,
  );
  const more = items(at(selector, 'matchExpressions')).length > 0 ? ['…'] : [];
  const all = [...labels, ...more];
  return all.length === 0 ? `all ${word}` : `${word} ${all.join(',')}`;
}

function coversPeer(wide: Json | undefined, narrow: Json | undefined): boolean {
  if (wide === undefined || same(wide, narrow)) return true;
  if (narrow === undefined) return false;
  const [block, inner] = [at(wide, 'ipBlock'), at(narrow, 'ipBlock')];
  if (block !== undefined || inner !== undefined) {
    const kept = texts(at(inner, 'except'));
    return (
      contains(text(at(block, 'cidr')), text(at(inner, 'cidr'))) &&
      texts(at(block, 'except')).every((range) => kept.includes(range))
    );
  }
  const all = (selector: Json | undefined) =>
    selector === undefined || Object.keys(mapping(selector)).length === 0;
  return (
    all(at(wide, 'podSelector')) &&
    at(wide, 'namespaceSelector') !== undefined &&
    (all(at(wide, 'namespaceSelector'))
      ? at(narrow, 'namespaceSelector') !== undefined
      : same(at(wide, 'namespaceSelector'), at(narrow, 'namespaceSelector')))
  );
}

function contains(wide: string | undefined, narrow: string | undefined): boolean {
  if (wide === undefined || narrow === undefined) return false;
  return wide === narrow || ipv4Contains(wide, narrow);
}

function coversPort(wide: Json | undefined, narrow: Json | undefined): boolean {
  if (wide === undefined || same(wide, narrow)) return true;
  if (narrow === undefined) return false;
  const protocol = (port: Json) => text(at(port, 'protocol')) ?? 'TCP';
  if (protocol(wide) !== protocol(narrow)) return false;
  const [first, number] = [at(wide, 'port'), at(narrow, 'port')];
  if (first === undefined || first === null) return true;
  if (typeof first !== 'number' || typeof number !== 'number') return first === number;
  const [last, end] = [whole(at(wide, 'endPort')) ?? first, whole(at(narrow, 'endPort')) ?? number];
  return number >= first && end <= last;
}
