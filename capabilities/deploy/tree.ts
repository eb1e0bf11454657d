import { Buffer } from 'node:buffer';
import { inventoryOf, keyOf, type Owned } from '../../generator/deploy/inventory.ts';
import { inOrder } from '../../generator/deploy/stages.ts';
import type { ArchivedFile } from '../../generator/deploy/state/archive.ts';
import { treeDigest } from '../../generator/diff/tree-digest.ts';
import { UserError } from '../../generator/errors.ts';
import type { Files } from '../../generator/files.ts';
import { manifestPlace } from '../../generator/finding.ts';
import type { Manifest } from '../../generator/manifest.ts';
import { releasePath } from '../../generator/release/release.ts';
import { certificatePath } from '../../generator/seal/environment-files.ts';
import { storePath } from '../../generator/seal/store/store.ts';
import { manifestsFolder } from '../../generator/tree/paths.ts';
import { buildCluster } from '../../generator/validate/cluster/cluster.ts';
import { isManifestFile, readManifests } from '../../generator/validate/read-manifests.ts';

/** What an environment shall be: its tree, as it is delivered. */
export interface DesiredTree {
  app: string;
  environment: string;
  /** Full commit; empty when the files are of none. */
  revision: string;
  digest: string;
  /** In the order in which they are applied. */
  manifests: Manifest[];
  inventory: Owned[];
  /** Everything that brings `clusters/<env>` back to this: manifests, release and sealed values. */
  files: ArchivedFile[];
  /** The certificate that values are sealed with; undefined when there is none. */
  certificate: string | undefined;
}

/** Bytes of one object that an API server takes. */
const LARGEST = 1.5 * 2 ** 20;

/** @throws UserError when it cannot be read as a whole: what is left out would be removed from the cluster. */
export function readTree(
  files: Files,
  { app, environment, revision }: Pick<DesiredTree, 'app' | 'environment' | 'revision'>,
): DesiredTree {
  const folder = manifestsFolder(environment);
  const texts = files.list(folder).map((path) => ({ path, text: files.read(path) ?? '' }));
  const { manifests, problems } = readManifests(texts.filter(({ path }) => isManifestFile(path)));
  if (texts.length === 0)
    throw new UserError({
      message: `${folder} holds no manifests`,
      remedy: `Run \`lunchbox render ${environment}\` and commit the result.`,
    });
  const wrong = [...problems, ...manifests.flatMap(unfit), ...doubled(manifests)];
  if (wrong.length > 0) throw new UserError(wrong);
  const others = [releasePath(environment), storePath(environment)].flatMap((path) => {
    const text = files.read(path);
    return text === undefined ? [] : [{ path, text }];
  });
  return {
    app,
    environment,
    revision,
    digest: treeDigest(folder, texts),
    manifests: inOrder(manifests),
    inventory: inventoryOf(manifests),
    files: [...others, ...texts],
    certificate: files.read(certificatePath(environment)),
  };
}

/** The tree of a release that is kept in the cluster. */
export function readArchive(
  archive: readonly ArchivedFile[],
  like: Pick<DesiredTree, 'app' | 'environment' | 'revision' | 'certificate'>,
): DesiredTree {
  const texts = new Map(archive.map(({ path, text }) => [path, text]));
  const paths = [...texts.keys()].sort();
  const files: Files = {
    read: (path) => texts.get(path),
    list: (folder) => paths.filter((path) => path.startsWith(`${folder}/`)),
    apply: () => {
      throw new Error('a release cannot be written to');
    },
  };
  return { ...readTree(files, like), certificate: like.certificate };
}

/** The images of a tree's pods, sorted, once each. */
export function imagesOf(manifests: readonly Manifest[]): string[] {
  const { podTemplates } = buildCluster(manifests, { nodes: 1 });
  return [
    ...new Set(
      podTemplates.flatMap(({ containers }) =>
        containers.flatMap(({ data }) => (typeof data.image === 'string' ? [data.image] : [])),
      ),
    ),
  ].sort();
}

function unfit(manifest: Manifest) {
  const { identity } = manifest;
  const place = manifestPlace(manifest);
  if (identity.name === '')
    return [
      {
        message: `${identity.kind} has no name`,
        place,
        remedy: 'Write `metadata.name`: only what has a name can be delivered again.',
      },
    ];
  const size = Buffer.byteLength(JSON.stringify(manifest.data));
  if (size <= LARGEST) return [];
  return [
    {
      message: `${identity.kind} ${identity.name} has ${(size / 1024).toFixed(1)} KiB; an API server takes ${LARGEST / 1024} KiB`,
      place,
      remedy: 'Put what is large into the image, a volume or several objects.',
    },
  ];
}

/** The same object twice: which one wins, nobody could say. */
function doubled(manifests: readonly Manifest[]) {
  const seen = new Map<string, Manifest>();
  return manifests.flatMap((manifest) => {
    const key = keyOf(manifest);
    const first = seen.get(key);
    seen.set(key, first ?? manifest);
    if (!first) return [];
    return [
      {
        message: `${manifest.identity.kind} ${manifest.identity.name} is here a second time`,
        place: manifestPlace(manifest),
        remedy: `Keep this one or the one in ${first.file}:${first.line}.`,
      },
    ];
  });
}
