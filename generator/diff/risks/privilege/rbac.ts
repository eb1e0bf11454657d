import type { JsonObject, Path } from '../../../manifest.ts';
import { at, items, labelsOf, text, texts } from '../../../validate/cluster/fields.ts';
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

const GRAVE: readonly (readonly [RegExp, string])[] = [
  [/^secrets$/, 'every password and key there can be read'],
  [
    /^(?:pods|deployments|statefulsets|daemonsets|replicasets|jobs|cronjobs)$/,
    'whoever may make pods may take up any rights of the namespace',
  ],
  [
    /^pods\/(?:exec|attach|portforward|ephemeralcontainers)$/,
    'whoever has it may run commands in any pod there',
  ],
  [/^(?:cluster)?role(?:binding)?s$|^serviceaccounts\/token$/, 'whoever has it may give itself more'],
];
const READING = new Set(['get', 'list', 'watch']);

function described(rights: readonly Right[]): string {
  const verbs = [...new Set(rights.map(({ verb }) => verb))];
  const resources = [...new Set(rights.map(({ resource }) => resource))];
  const names = [...new Set(rights.flatMap(({ name }) => name ?? []))];
  const only = names.length === 0 ? '' : ` (only ${listed(names)})`;
  const what = `allows ${verbs.includes('*') ? 'everything' : listed(verbs, 8)} on ${resources.includes('*') ? 'everything' : listed(resources, 8)}${only}`;
  const grave = GRAVE.find(([form], index) =>
    resources.some(
      (resource) => form.test(resource) && (index !== 1 || verbs.some((verb) => !READING.has(verb))),
    ),
  );
  return grave ? `${what}: ${grave[1]}` : what;
}
