import { at, items, labelsOf, text, texts } from '../../../fields.ts';
import type { JsonObject, Path } from '../../../manifest.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { canonical, same } from '../compare.ts';
import { hit } from '../hit.ts';
import { comingOf } from '../pairs.ts';
import { listed } from '../words.ts';

/** One right: a verb on a resource. `*` is any. */
interface Right {
  group: string;
  resource: string;
  verb: string;
  /** Only objects of this name; all where it is undefined. */
  name: string | undefined;
  at: Path;
}

const AGGREGATE = /^rbac\.authorization\.k8s\.io\/aggregate-to-/;

/** Rights that are given, and those they are given to. */
export function* widenedRights(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before, after } of comingOf(context, 'Role', 'ClusterRole')) {
    const old = before ? rightsOf(before.data) : [];
    const byRule = new Map<string, Right[]>();
    for (const right of rightsOf(after.data)) {
      if (old.some((each) => covers(each, right))) continue;
      const key = canonical([...right.at]);
      byRule.set(key, [...(byRule.get(key) ?? []), right]);
    }
    for (const rights of byRule.values())
      yield hit(change, { after: rights[0]?.at ?? [] }, described(rights));
    if (!same(before?.data.aggregationRule, after.data.aggregationRule) && after.data.aggregationRule)
      yield hit(
        change,
        ['aggregationRule'],
        'takes up the rights of every ClusterRole that its labels select',
      );
    const labels = (data: JsonObject | undefined) => labelsOf(at(data, 'metadata', 'labels'));
    for (const [label, value] of Object.entries(labels(after.data))) {
      if (AGGREGATE.test(label) && value === 'true' && labels(before?.data)[label] !== 'true')
        yield hit(
          change,
          ['metadata', 'labels', label],
          `its rights go to everyone who has the role ${label.replace(AGGREGATE, '')}`,
        );
    }
  }
  yield* bindings(context);
}

function* bindings(context: RiskContext): Iterable<RiskHit> {
  for (const { change, kind, before, after } of comingOf(context, 'RoleBinding', 'ClusterRoleBinding')) {
    const role = `${text(at(after.data, 'roleRef', 'kind')) ?? 'Role'}/${text(at(after.data, 'roleRef', 'name')) ?? ''}`;
    const where = kind === 'ClusterRoleBinding' ? ' in every namespace' : '';
    const weight = role === 'ClusterRole/cluster-admin' ? ': they may do everything' : '';
    const known = new Set(items(before?.data.subjects).map(({ item }) => canonical(item)));
    const given = before !== undefined && same(before.data.roleRef, after.data.roleRef);
    if (before && !given)
      yield hit(change, ['roleRef'], `its subjects get the rights of ${role}${where}${weight}`);
    for (const { item, index } of items(after.data.subjects)) {
      if (before && known.has(canonical(item))) continue;
      yield hit(
        change,
        { after: ['subjects', index] },
        `${subject(item)} gets the rights of ${role}${where}${weight}`,
      );
    }
  }
}

function subject(item: JsonObject): string {
  const [kind, name, namespace] = [text(item.kind) ?? '', text(item.name) ?? '', text(item.namespace)];
  if (kind === 'Group' && name === 'system:unauthenticated') return 'everyone, without any login,';
  if (kind === 'Group' && name === 'system:authenticated') return 'everyone with any login';
  return `${kind}/${name}${namespace === undefined ? '' : ` (${namespace})`}`;
}

function rightsOf({ rules }: JsonObject): Right[] {
  return items(rules).flatMap(({ item, index }) => {
    const verbs = texts(item.verbs);
    const way = ['rules', index];
    const urls = texts(item.nonResourceURLs).flatMap((resource) =>
      verbs.map((verb): Right => ({ group: '(URL)', resource, verb, name: undefined, at: way })),
    );
    const names: (string | undefined)[] = texts(item.resourceNames);
    const resources = texts(item.apiGroups).flatMap((group) =>
      texts(item.resources).flatMap((resource) =>
        verbs.flatMap((verb) =>
          (names.length === 0 ? [undefined] : names).map(
            (name): Right => ({ group, resource, verb, name, at: way }),
          ),
        ),
      ),
    );
    return [...urls, ...resources];
  });
}

function covers(wide: Right, narrow: Right): boolean {
  const any = (a: string, b: string) => a === b || (a === '*' && b !== '(URL)');
  return (
    any(wide.group, narrow.group) &&
    any(wide.resource, narrow.resource) &&
    any(wide.verb, narrow.verb) &&
    (wide.name === undefined || wide.name === narrow.name)
  );
}

const READING = ['get', 'list', 'watch', '*'];
const MAKING = ['create', 'update', 'patch', '*'];

/** Rights that are worth more than they look: the resource, the verbs that make it so (any, when none is named), and why. */
const GRAVE: readonly { resource: RegExp; verbs?: readonly string[]; means: string }[] = [
  {
    resource: /^(?:users|groups|serviceaccounts|\*)$/,
    verbs: ['impersonate', '*'],
    means: 'whoever has it may act as somebody else',
  },
  {
    resource: /^(?:(?:cluster)?role(?:binding)?s|serviceaccounts\/token)$/,
    verbs: [...MAKING, 'bind', 'escalate'],
    means: 'whoever has it may give itself more',
  },
  {
    resource: /^pods\/(?:exec|attach|portforward|ephemeralcontainers)$/,
    means: 'whoever has it may run commands in any pod there',
  },
  { resource: /^nodes\/proxy$/, means: 'whoever has it may run commands in any pod of the node' },
  {
    resource: /^(?:pods|deployments|statefulsets|daemonsets|replicasets|jobs|cronjobs|\*)$/,
    verbs: MAKING,
    means: 'whoever may make pods may take up any rights of the namespace',
  },
  { resource: /^(?:secrets|\*)$/, verbs: READING, means: 'every password and key there can be read' },
];

function described(rights: readonly Right[]): string {
  const verbs = [...new Set(rights.map(({ verb }) => verb))];
  const resources = [...new Set(rights.map(({ resource }) => resource))];
  const names = [...new Set(rights.flatMap(({ name }) => name ?? []))];
  const only = names.length === 0 ? '' : ` (only ${listed(names)})`;
  const all = verbs.includes('*') && resources.includes('*');
  const what = `allows ${verbs.includes('*') ? 'everything' : listed(verbs, 8)} on ${resources.includes('*') ? 'everything' : listed(resources, 8)}${only}`;
  if (all) return what;
  const grave = GRAVE.find(({ resource: form, verbs: needed }) =>
    rights.some(({ resource, verb }) => form.test(resource) && (!needed || needed.includes(verb))),
  );
  return grave ? `${what}: ${secretsOnly(grave.means, names)}` : what;
}

/** One that may read a single Secret may not read them all. */
function secretsOnly(means: string, names: readonly string[]): string {
  return names.length > 0 ? means.replace(/^every password and key there/, 'what it holds') : means;
}
