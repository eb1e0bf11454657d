import { redactor } from '../../generator/redact.ts';
import type { Builder } from './builder.ts';
import type { Attestations, BuildImagePorts } from './contract.ts';
import { explainFailure } from './failure.ts';
import { INPUTS, REVISION } from './identity.ts';
import type { BuildPlan } from './plan.ts';
import { type Published, parseAttestations, parseInspected, parsePulled } from './published.ts';

/** What a registry says when it has no such tag, or no such repository yet. */
const ABSENT =
  /not found|manifest unknown|name unknown|NAME_UNKNOWN|MANIFEST_UNKNOWN|no such manifest|\b404\b/i;
/** Registries refuse to show what is not there yet in the same words as what one may not see. */
const HIDDEN =
  /unauthorized|denied|forbidden|\b40[13]\b|no basic auth|insufficient_scope|authorization failed/i;

/**
 * The image behind a tag; undefined when there is none, or none that this user may see.
 * @throws UserError when the registry cannot be reached.
 */
export async function findPublished(
  repository: string,
  tag: string,
  platform: string | undefined,
  builder: Builder,
  ports: BuildImagePorts,
): Promise<Published | undefined> {
  const reference = `${repository}:${tag}`;
  const docker = (...args: string[]) => ports.exec('docker', args, { cwd: ports.folder });
  const result =
    builder.kind === 'buildx'
      ? await docker('buildx', 'imagetools', 'inspect', '--format', '{{json .}}', reference)
      : await docker('pull', '--quiet', ...(platform ? [`--platform=${platform}`] : []), reference);
  if (result.code === 0) {
    if (builder.kind === 'buildx') return parseInspected(result.stdout.toString('utf8'));
    const inspected = await docker('image', 'inspect', reference);
    return parsePulled(inspected.stdout.toString('utf8'), repository);
  }
  if (ABSENT.test(result.stderr)) return undefined;
  if (HIDDEN.test(result.stderr)) {
    const said = redactor(ports.env)(result.stderr.trim().split('\n').at(-1) ?? '');
    ports.log(`${repository}: cannot see whether it is there already (${said})`);
    return undefined;
  }
  throw explainFailure(result.stderr.split('\n'), { doing: `look for ${reference}`, repository }, ports);
}

/** Why an image is not the one that the plan would build; undefined when it is. */
export function difference(
  image: Published,
  plan: Pick<BuildPlan, 'platforms' | 'labels'>,
): string | undefined {
  for (const platform of plan.platforms) {
    const labels = image.platforms.get(platform);
    if (labels === undefined) return `it is not built for ${platform}`;
    if (labels[REVISION] !== plan.labels[REVISION]) return 'it is built from another revision';
    if (labels[INPUTS] !== plan.labels[INPUTS])
      return 'it is built from the same revision, but with another Dockerfile, stage or arguments';
  }
  return undefined;
}

/** Which attestations an image has. */
export async function readAttestations(
  image: Published,
  { repository }: BuildPlan,
  builder: Builder,
  ports: BuildImagePorts,
): Promise<Attestations> {
  if (builder.kind === 'docker')
    return { provenance: false, sbom: false, reason: 'not looked at: docker has no buildx' };
  const found = { provenance: false, sbom: false };
  for (const digest of image.attestations) {
    const args = ['buildx', 'imagetools', 'inspect', '--raw', `${repository}@${digest}`];
    const { stdout } = await ports.exec('docker', args, { cwd: ports.folder });
    const { provenance, sbom } = parseAttestations(stdout.toString('utf8'));
    found.provenance ||= provenance;
    found.sbom ||= sbom;
  }
  return { ...found, reason: 'as found in the registry' };
}
