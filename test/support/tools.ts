import { buildkitProgram, buildxProgram } from '../build-image/tools.ts';
import { kwokProgram } from '../cluster/control-plane/kwok.ts';
import { sealedSecretsProgram } from '../cluster/control-plane/sealed-secrets.ts';
import { imageArchive } from '../cluster/node/images.ts';
import { clusterPrograms } from '../cluster/programs.ts';
import { traefikProgram } from '../cluster/traefik/program.ts';
import { godoProgram } from '../digitalocean/godo.ts';
import { s3Server } from '../host/support/s3.ts';
import { goDecoder, pythonDecoder } from '../render/yaml/decoders.ts';
import { act, actionlint, node24 } from '../workflows/act/tools.ts';

/** What system tests run beside Lunchbox, and what puts each of it into the cache. */
export const TOOLS: Readonly<Record<string, () => unknown>> = {
  Kubernetes: clusterPrograms,
  kwok: kwokProgram,
  'the sealed-secrets controller': sealedSecretsProgram,
  'images of pods': imageArchive,
  Traefik: traefikProgram,
  buildx: buildxProgram,
  BuildKit: buildkitProgram,
  godo: godoProgram,
  'an S3 server': s3Server,
  act,
  actionlint,
  'Node 24': node24,
  "Kubernetes' YAML decoder": goDecoder,
  PyYAML: pythonDecoder,
};
