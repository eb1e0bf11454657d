import type { Json, JsonObject } from '../../generator/manifest.ts';

/** An image as it lies in a registry. */
export interface Published {
  /** Of the index where there is one. */
  digest: string;
  /** Platform, e.g. `linux/amd64`, -> labels. */
  platforms: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Digests of the manifests that hold statements about it. */
  attestations: readonly string[];
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Reads what `docker buildx imagetools inspect --format '{{json .}}'` prints; undefined when it is something else. */
export function parseInspected(text: string): Published | undefined {
  const root = objectOf(parse(text));
  const manifest = objectOf(root.manifest);
  const digest = textOf(manifest.digest);
  if (!DIGEST.test(digest)) return undefined;
  const image = objectOf(root.image);
  // One image is shown as itself, several as platform -> image.
  const images = 'architecture' in image ? [image] : Object.values(image).map(objectOf);
  const attestations = listOf(manifest.manifests)
    .map(objectOf)
    .filter((each) => objectOf(each.annotations)['vnd.docker.reference.type'] === 'attestation-manifest')
    .map((each) => textOf(each.digest))
    .filter((each) => DIGEST.test(each));
  const platforms = images.map((each) => [platformOf(each), labelsOf(objectOf(each.config).Labels)] as const);
  return { digest, platforms: new Map(platforms), attestations };
}

/** Which statements a manifest of attestations holds, by the types that in-toto gives them. */
export function parseAttestations(text: string): { provenance: boolean; sbom: boolean } {
  const types = listOf(objectOf(parse(text)).layers).map((layer) =>
    textOf(objectOf(objectOf(layer).annotations)['in-toto.io/predicate-type']),
  );
  const has = (form: RegExp) => types.some((type) => form.test(type));
  return { provenance: has(/slsa\.dev\/provenance/), sbom: has(/spdx\.dev|cyclonedx\.org/) };
}

/** Reads what `docker image inspect` prints of one image pulled from `repository`. */
export function parsePulled(text: string, repository: string): Published | undefined {
  const image = objectOf(listOf(parse(text))[0]);
  const digest = digestIn(listOf(image.RepoDigests).map(textOf), repository);
  if (digest === undefined) return undefined;
  const config = objectOf(image.Config);
  const platform = platformOf({
    os: image.Os ?? null,
    architecture: image.Architecture ?? null,
    variant: image.Variant ?? null,
  });
  return { digest, platforms: new Map([[platform, labelsOf(config.Labels)]]), attestations: [] };
}

/** The digest of `repository@sha256:…`; the engine leaves out `docker.io/` and `library/`. */
function digestIn(references: readonly string[], repository: string): string | undefined {
  const short = (name: string) => name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
  for (const reference of references) {
    const [name = '', digest = ''] = reference.split('@');
    if (short(name) === short(repository) && DIGEST.test(digest)) return digest;
  }
  return undefined;
}

/** `linux/amd64`, `linux/arm/v7`; the variant of arm64 goes without saying. */
function platformOf(image: JsonObject): string {
  const variant = textOf(image.variant);
  const parts = [textOf(image.os), textOf(image.architecture)];
  if (variant !== '' && !(parts[1] === 'arm64' && variant === 'v8')) parts.push(variant);
  return parts.join('/');
}

function labelsOf(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([key, label]) => [key, textOf(label)]));
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : '');
const listOf = (value: Json | undefined) => (Array.isArray(value) ? value : []);
const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
