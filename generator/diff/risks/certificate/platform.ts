import { at, text, whole } from '../../../fields.ts';
import type { JsonObject, Manifest } from '../../../manifest.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { middlewaresOf } from '../middlewares.ts';
import { goneOf, newOf, pairsOf } from '../pairs.ts';
import { treesOf } from '../trees.ts';
import { listed, shown } from '../words.ts';

/** cert-manager itself, and what browsers are told to remember about HTTPS. */
export function* changedPlatform(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before, after } of pairsOf(context, 'HelmChart')) {
    if (!isCertManager(before) && !isCertManager(after)) continue;
    const version = (data: JsonObject) => at(data, 'spec', 'version');
    const [old, now] = [version(before.data), version(after.data)];
    if (!same(old, now))
      yield hit(
        change,
        ['spec', 'version'],
        `cert-manager ${shown(old)} -> ${shown(now)}: nothing is issued or renewed while it is replaced, or if it does not start`,
      );
    else if (!same(before.data.spec, after.data.spec))
      yield hit(
        change,
        ['spec'],
        'settings of cert-manager change: nothing is issued or renewed while it restarts',
      );
  }
  for (const { change, before } of goneOf(context, 'HelmChart')) {
    if (isCertManager(before))
      yield hit(
        change,
        { before: ['metadata', 'name'] },
        'cert-manager is uninstalled: no certificate is issued or renewed any more',
      );
  }
  yield* rememberedHttps(context);
  for (const { change, before, after } of pairsOf(context, 'TLSStore', 'TLSOption')) {
    if (!same(before.data.spec, after.data.spec))
      yield hit(change, ['spec'], 'what Traefik offers over HTTPS changes for every host that uses it');
  }
}

function isCertManager({ identity, data }: Manifest): boolean {
  return (
    (text(at(data, 'spec', 'chart'))
      ?.split('/')
      .at(-1) ?? identity.name) === 'cert-manager'
  );
}

const SECONDS = ['spec', 'headers', 'stsSeconds'];

function* rememberedHttps(context: RiskContext): Iterable<RiskHit> {
  const seconds = ({ data }: Manifest) => whole(at(data, ...SECONDS)) ?? 0;
  const lasting = (age: number) =>
    `HSTS ${age} s: browsers that came once refuse plain HTTP and bad certificates for that long, a revert does not undo it`;
  for (const { change, after } of newOf(context, 'Middleware'))
    if (seconds(after) > 0) yield hit(change, SECONDS, lasting(seconds(after)));
  for (const { change, before } of goneOf(context, 'Middleware'))
    if (seconds(before) > 0 && change.kind !== 'renamed')
      yield hit(
        change,
        { before: SECONDS },
        'HSTS is removed: new visitors are no longer held to HTTPS, old ones still are',
      );
  for (const { change, before, after } of pairsOf(context, 'Middleware')) {
    const [old, now] = [seconds(before), seconds(after)];
    if (now > old) yield hit(change, SECONDS, lasting(now));
    else if (now < old)
      yield hit(
        change,
        SECONDS,
        `HSTS ${old} -> ${now} s: browsers that came before remember the longer time`,
      );
    const flag = (data: JsonObject, name: string) => at(data, 'spec', 'headers', name) === true;
    for (const name of ['stsIncludeSubdomains', 'stsPreload'])
      if (now > 0 && flag(after.data, name) && !flag(before.data, name))
        yield hit(
          change,
          ['spec', 'headers', name],
          `HSTS ${name}: subdomains without HTTPS become unreachable, for as long as browsers remember`,
        );
  }
  const trees = treesOf(context);
  for (const { change, before, after } of pairsOf(context, 'Ingress', 'IngressRoute')) {
    const hsts = (side: 'before' | 'after', manifest: Manifest) => {
      const cluster = trees[side];
      const all = cluster.ofKind('Middleware').filter((each) => seconds(each) > 0);
      const names = new Set(all.map((each) => `${cluster.namespaceOf(each)}/${each.identity.name}`));
      return middlewaresOf(cluster, manifest).filter((name) => names.has(name));
    };
    const [old, now] = [hsts('before', before), hsts('after', after)];
    const way = after.identity.kind === 'Ingress' ? ['metadata', 'annotations'] : ['spec', 'routes'];
    if (old.length === 0 && now.length > 0)
      yield hit(
        change,
        way,
        `HSTS is sent from now on (${listed(now)}): browsers remember it, a revert does not undo it`,
      );
    // When the Middleware itself goes, that is said there.
    else if (old.length > 0 && now.length === 0 && old.some((name) => stillThere(name)))
      yield hit(change, way, 'HSTS is no longer sent: new visitors are no longer held to HTTPS');
  }
  function stillThere(name: string): boolean {
    return trees.after
      .ofKind('Middleware')
      .some((each) => `${trees.after.namespaceOf(each)}/${each.identity.name}` === name);
  }
}
