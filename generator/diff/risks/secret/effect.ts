import { at, isMapping, items, mapping, text } from '../../../fields.ts';
import { type Json, nameOf } from '../../../manifest.ts';
import type { PodTemplate } from '../../../validate/cluster/pod-template.ts';
import { podReferences, type Reference } from '../../../validate/cluster/references.ts';
import type { RiskContext } from '../../risk.ts';
import { same } from '../compare.ts';
import { podKey } from '../pods.ts';
import { treesOf } from '../trees.ts';
import { listed } from '../words.ts';

/** Says what a change of a Secret's key means for the pods that take it. */
export type Effect = (namespace: string, secret: string, key: string, what: KeyChange) => string;
export type KeyChange = 'added' | 'rotated' | 'removed';

interface User {
  pod: PodTemplate;
  reference: Reference;
  /** Pods that can go without it start all the same. */
  optional: boolean;
}

/** Looks the pods of the new tree up once. */
export function effectsIn(context: RiskContext): Effect {
  const trees = treesOf(context);
  const users = new Map<string, User[]>();
  for (const pod of trees.after.podTemplates) {
    const needed = new Set(podReferences(pod).map(({ at: way }) => JSON.stringify(way)));
    for (const reference of podReferences(asRequired(pod))) {
      if (reference.kind !== 'Secret') continue;
      const id = `${reference.namespace}/${reference.name}`;
      const optional = !needed.has(JSON.stringify(reference.at));
      users.set(id, [...(users.get(id) ?? []), { pod, reference, optional }]);
    }
  }
  const old = new Map(trees.before.podTemplates.map((pod) => [podKey(pod), pod]));
  return (namespace, secret, key, what) => {
    const taking = (users.get(`${namespace}/${secret}`) ?? []).filter(
      ({ reference }) => reference.key === undefined || reference.key === key,
    );
    if (taking.length === 0) return 'no pod here takes it';
    const names = (list: readonly User[]) => listed(list.map(({ pod }) => nameOf(pod.manifest.identity)));
    if (what === 'removed') {
      const needing = taking.filter(({ reference, optional }) => !optional && reference.key === key);
      return needing.length > 0
        ? `${names(needing)} needs it: no new pod can start`
        : `${names(taking)} goes on without it`;
    }
    const lasting = taking.filter(({ pod }) => pod.kind !== 'CronJob' && pod.kind !== 'Job');
    if (lasting.length === 0) return `the next run of ${names(taking)} takes it`;
    const [restarting, waiting] = [
      lasting.filter(({ pod }) => restarts(old.get(podKey(pod)), pod)),
      lasting.filter(({ pod }) => !restarts(old.get(podKey(pod)), pod)),
    ];
    const followed = waiting.filter(({ reference, pod }) => isMounted(pod, reference));
    const stuck = waiting.filter((user) => !followed.includes(user));
    return [
      ...(restarting.length > 0 ? [`pods of ${names(restarting)} restart once`] : []),
      ...(stuck.length > 0
        ? [
            `${names(stuck)} ${what === 'added' ? 'does not see it' : 'keeps the old value'} until its pods are restarted`,
          ]
        : []),
      ...(followed.length > 0
        ? [`${names(followed)} sees it in its files after a while, without a restart`]
        : []),
    ].join('; ');
  };
}

/** The same pods, as if they needed everything that they may take. */
function asRequired(pod: PodTemplate): PodTemplate {
  return {
    ...pod,
    spec: mapping(withoutOptional(pod.spec)),
    containers: pod.containers.map((each) => ({ ...each, data: mapping(withoutOptional(each.data)) })),
  };
}

function withoutOptional(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutOptional);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      key === 'optional' ? [] : [[key, withoutOptional(item)]],
    ),
  );
}

/** Pods restart when anything in their template differs: the checksum of the secrets, as a rule. */
function restarts(before: PodTemplate | undefined, after: PodTemplate): boolean {
  const template = (pod: PodTemplate) => at(pod.manifest.data, ...pod.path.slice(0, -1).map(String));
  return before === undefined || !same(template(before), template(after));
}

/** Files of a mounted Secret follow its values, but for those mounted one by one. */
function isMounted({ containers, spec }: PodTemplate, { at: way }: Reference): boolean {
  const position = way.lastIndexOf('volumes');
  const index = way[position + 1];
  if (position === -1 || typeof index !== 'number') return false;
  const volume = items(spec.volumes).find((each) => each.index === index)?.item.name;
  const mounts = containers.flatMap(({ data }) =>
    items(data.volumeMounts).filter(({ item }) => item.name === volume),
  );
  return mounts.every(({ item }) => text(item.subPath) === undefined && text(item.subPathExpr) === undefined);
}
