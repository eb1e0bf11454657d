import { at, items, text } from '../../../fields.ts';
import type { Manifest } from '../../../manifest.ts';
import { nameOf } from '../../../manifest.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { type Gone, goneOf } from '../pairs.ts';
import { treesOf } from '../trees.ts';
import { listed } from '../words.ts';

const KINDS = [
  'PersistentVolumeClaim',
  'PersistentVolume',
  'StatefulSet',
  'Namespace',
  'CustomResourceDefinition',
  'HelmChart',
];

/** Objects whose end is the end of data. */
export function* removedObjects(context: RiskContext): Iterable<RiskHit> {
  for (const gone of goneOf(context, ...KINDS)) {
    yield hit(
      gone.change,
      { before: ['metadata', 'name'] },
      `${fate(context, gone)}: ${loss(context, gone)}`,
    );
  }
}

function fate(context: RiskContext, { before, into }: Gone): string {
  if (!into) return `${nameOf(before.identity)} is removed`;
  const trees = treesOf(context);
  const [from, to] = [trees.before.namespaceOf(before), trees.after.namespaceOf(into)];
  const moved = from === to ? '' : ` of namespace ${to}`;
  return `${nameOf(before.identity)} becomes ${nameOf(into.identity)}${moved}, a new one`;
}

function loss(context: RiskContext, { kind, before, into }: Gone): string {
  switch (kind) {
    case 'PersistentVolumeClaim':
      return into
        ? 'it begins empty, and the data of the old one is deleted unless its volume is retained'
        : 'its data is deleted unless its volume is retained';
    case 'PersistentVolume':
      return 'what is on it is deleted or lost to the cluster';
    case 'StatefulSet':
      return statefulSet(before);
    case 'Namespace':
      return namespace(context, before);
    case 'CustomResourceDefinition':
      return `every ${text(at(before.data, 'spec', 'names', 'kind')) ?? 'object of its kind'} in the cluster is deleted with it`;
    default:
      return chart(before);
  }
}

function statefulSet({ data }: Manifest): string {
  const claims = items(at(data, 'spec', 'volumeClaimTemplates')).map(
    ({ item }) => text(at(item, 'metadata', 'name')) ?? '',
  );
  if (claims.length === 0) return 'its pods end, and what they kept outside of a volume is gone';
  const deletes = at(data, 'spec', 'persistentVolumeClaimRetentionPolicy', 'whenDeleted') === 'Delete';
  return deletes
    ? `its volumes (${listed(claims)}) are deleted with their data`
    : `its volumes (${listed(claims)}) stay behind, and no pod uses their data any more`;
}

function namespace(context: RiskContext, { identity }: Manifest): string {
  const { before } = treesOf(context);
  const inside = before.manifests.filter((each) => before.namespaceOf(each) === identity.name);
  const volumes = inside.filter(({ identity: { kind } }) =>
    ['PersistentVolumeClaim', 'StatefulSet'].includes(kind),
  );
  const named = volumes.length === 0 ? '' : ` (${listed(volumes.map((each) => nameOf(each.identity)))})`;
  return `everything in it is deleted with it, volumes and Secrets too${named}`;
}

function chart({ identity, data }: Manifest): string {
  const name =
    text(at(data, 'spec', 'chart'))
      ?.split('/')
      .at(-1) ?? identity.name;
  const what = 'what the chart installed is uninstalled';
  if (name === 'cert-manager')
    return `${what}: no certificate is renewed any more, and all Certificates and issuers go where the chart takes its definitions along`;
  if (name === 'sealed-secrets') return `${what}: every Secret that it unsealed may be deleted with it`;
  return `${what}: volumes that it made may be deleted with their data`;
}
