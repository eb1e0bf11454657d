import { at, isMapping, items, text } from '../../../fields.ts';
import type { JsonObject, Path } from '../../../manifest.ts';
import type { PodTemplate } from '../../../validate/cluster/pod-template.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { canonical } from '../compare.ts';
import { hit } from '../hit.ts';
import { containerPairs, podPairs } from '../pods.ts';
import { listed } from '../words.ts';

/** Sources that hold nothing which outlives the pod, or nothing that the pod wrote. */
const FLEETING = new Set([
  'emptyDir',
  'configMap',
  'secret',
  'projected',
  'downwardAPI',
  'ephemeral',
  'image',
  'gitRepo',
]);

const TEMPLATE = 'template ';

/** A volume with data of its own, and where the containers see it. */
interface Store {
  /** `claim web-data`, `hostPath /srv/web`. */
  label: string;
  volume: string;
  path: Path;
  mounts: Map<string, { label: string; path: Path }>;
}

/** Volumes that pods will not find any more, or not where they look. */
export function* lostMounts(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before, after } of podPairs(context)) {
    const now = storesOf(after);
    const renamed = new Map(
      containerPairs(before, after).flatMap(({ before: old, after: its }) =>
        old && its ? [[old.name, its.name]] : [],
      ),
    );
    for (const [key, store] of storesOf(before, (name) => renamed.get(name) ?? name)) {
      const kept = now.get(key);
      if (!kept) {
        // That a claim template is gone is said where claims are compared.
        if (key.startsWith(TEMPLATE)) continue;
        const instead = insteadOf(after, store.volume);
        yield hit(
          change,
          { before: store.path, after: instead?.path },
          `${store.label} is no longer mounted${instead ? `, ${instead.label} is instead` : ''}: pods start without its data`,
        );
        continue;
      }
      for (const [place, mount] of store.mounts) {
        if (kept.mounts.has(place)) continue;
        const others = [...kept.mounts].filter(([other]) => !store.mounts.has(other));
        yield hit(
          change,
          { before: mount.path, after: others[0]?.[1].path },
          others.length > 0
            ? `${store.label} moves from ${mount.label} to ${listed(others.map(([, { label }]) => label))}: what the app finds at the old place is not its data`
            : `${store.label} is no longer mounted at ${mount.label}: what is written there goes with the pod`,
        );
      }
    }
  }
}

/** By what they hold. `nameIn` is a container's name on the side that this one is compared with. */
function storesOf(
  { manifest, kind, spec, path, containers }: PodTemplate,
  nameIn = (name: string) => name,
): Map<string, Store> {
  const stores = new Map<string, Store>();
  const byVolume = new Map<string, Store>();
  const add = (key: string, store: Omit<Store, 'mounts'>) => {
    const whole = stores.get(key) ?? { ...store, mounts: new Map() };
    stores.set(key, whole);
    byVolume.set(store.volume, whole);
  };
  if (kind === 'StatefulSet') {
    for (const { item, index } of items(at(manifest.data, 'spec', 'volumeClaimTemplates'))) {
      const name = text(at(item, 'metadata', 'name')) ?? '';
      const way = ['spec', 'volumeClaimTemplates', index];
      add(`${TEMPLATE}${name}`, { label: `volume claim ${name}`, volume: name, path: way });
    }
  }
  for (const { item, index } of items(spec.volumes)) {
    const source = sourceOf(item);
    if (!source || FLEETING.has(source.kind)) continue;
    const volume = text(item.name) ?? '';
    add(source.key, { label: source.label, volume, path: [...path, 'volumes', index] });
  }
  for (const container of containers) {
    for (const { item, index } of items(container.data.volumeMounts)) {
      const store = byVolume.get(text(item.name) ?? '');
      const mountPath = text(item.mountPath) ?? '';
      const sub = text(item.subPath) ?? text(item.subPathExpr);
      const label = `${mountPath}${sub === undefined ? '' : ` (subPath ${sub})`}`;
      const way = [...container.path, 'volumeMounts', index];
      store?.mounts.set(JSON.stringify([nameIn(container.name), mountPath.replace(/(?<=.)\/+$/, ''), sub]), {
        label,
        path: way,
      });
    }
  }
  return stores;
}

function sourceOf(volume: JsonObject): { kind: string; key: string; label: string } | undefined {
  const kind = Object.keys(volume).find((key) => key !== 'name' && isMapping(volume[key]));
  if (kind === undefined) return undefined;
  const claim = kind === 'persistentVolumeClaim' ? text(at(volume, kind, 'claimName')) : undefined;
  if (claim !== undefined) return { kind, key: `claim ${claim}`, label: `claim ${claim}` };
  const host = kind === 'hostPath' ? text(at(volume, kind, 'path')) : undefined;
  if (host !== undefined) return { kind, key: `hostPath ${host}`, label: `hostPath ${host}` };
  return {
    kind,
    key: `${kind} ${canonical(volume[kind])}`,
    label: `${kind} volume ${text(volume.name) ?? ''}`,
  };
}

/** What carries the volume's name now. */
function insteadOf({ spec, path }: PodTemplate, volume: string): { label: string; path: Path } | undefined {
  const found = items(spec.volumes).find(({ item }) => item.name === volume);
  const source = found && sourceOf(found.item);
  if (!found || !source) return undefined;
  const label = FLEETING.has(source.kind)
    ? `an ${source.kind}`.replace(/^an (?![aeiou])/, 'a ')
    : source.label;
  return { label, path: [...path, 'volumes', found.index] };
}
