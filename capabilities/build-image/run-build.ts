import { UserError } from '../../generator/errors.ts';
import type { ExecOptions } from '../ports/exec.ts';
import { buildxArguments, dockerArguments } from './arguments.ts';
import type { Builder } from './builder.ts';
import type { BuildImagePorts } from './contract.ts';
import { explainFailure } from './failure.ts';
import { type BuildPlan, references } from './plan.ts';
import { quoted } from './printable.ts';
import { parsePulled } from './published.ts';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Builds, and pushes when the plan says so. @returns the digest that the registry gave it, undefined without a push */
export async function runBuild(
  plan: BuildPlan,
  builder: Builder,
  ports: BuildImagePorts,
): Promise<string | undefined> {
  return builder.kind === 'buildx' ? withBuildx(plan, ports) : withEngine(plan, builder, ports);
}

function withBuildx(plan: BuildPlan, ports: BuildImagePorts): Promise<string | undefined> {
  return ports.withTemporaryFile(async (file, read) => {
    const env = { ...epoch(plan), BUILDX_METADATA_PROVENANCE: 'disabled' };
    await docker(buildxArguments(plan, file), `build ${plan.repository}`, plan, ports, {
      env,
      input: input(plan),
    });
    if (plan.output !== 'push') return undefined;
    let digest: unknown;
    try {
      digest = JSON.parse(read() ?? '{}')['containerimage.digest'];
    } catch {
      digest = undefined;
    }
    return requireDigest(typeof digest === 'string' ? digest : undefined, plan);
  });
}

async function withEngine(plan: BuildPlan, builder: Builder, ports: BuildImagePorts) {
  const env = { ...epoch(plan), ...builder.env };
  await docker(dockerArguments(plan), `build ${plan.repository}`, plan, ports, { env, input: input(plan) });
  if (plan.output !== 'push') return undefined;
  const pushed: (string | undefined)[] = [];
  for (const reference of references(plan)) {
    const result = await docker(['push', reference], `push ${reference}`, plan, ports);
    pushed.push(/\bdigest: (sha256:[0-9a-f]{64})\b/.exec(result.stdout.toString('utf8'))?.[1]);
  }
  const [reference = plan.repository] = references(plan);
  const inspected = await ports.exec('docker', ['image', 'inspect', reference], { cwd: ports.folder });
  const known = parsePulled(inspected.stdout.toString('utf8'), plan.repository)?.digest;
  const digest = requireDigest(known, plan);
  if (pushed.some((each) => each !== undefined && each !== digest))
    throw new UserError({
      message: `the engine has ${digest} for ${reference}, but has pushed ${pushed.join(', ')}`,
      remedy: 'Someone else may be building the same image on this engine: run it again.',
    });
  // What counts is what the registry hands out; the layers are here, so this moves only the manifest.
  const exact = `${plan.repository}@${digest}`;
  await docker(
    ['pull', '--quiet', ...plan.platforms.map((each) => `--platform=${each}`), exact],
    `read back ${exact}`,
    plan,
    ports,
  );
  return digest;
}

/** Points another tag to an image that is there. */
export async function moveTag(
  plan: BuildPlan,
  tag: string,
  digest: string,
  builder: Builder,
  ports: BuildImagePorts,
): Promise<void> {
  const [from, to] = [`${plan.repository}@${digest}`, `${plan.repository}:${tag}`];
  if (builder.kind === 'buildx') {
    // Without this option a single manifest would be wrapped in an index, which has another digest.
    const create = ['buildx', 'imagetools', 'create', '--progress=plain', '--prefer-index=false'];
    await docker([...create, `--tag=${to}`, from], `tag ${to}`, plan, ports);
  } else {
    await docker(['tag', from, to], `tag ${to}`, plan, ports);
    await docker(['push', to], `push ${to}`, plan, ports);
  }
}

async function docker(
  args: readonly string[],
  doing: string,
  { repository }: BuildPlan,
  ports: BuildImagePorts,
  options: ExecOptions = {},
) {
  const output: string[] = [];
  const onLine = (line: string) => {
    output.push(line);
    ports.log(quoted(line));
  };
  const result = await ports.exec('docker', args, { cwd: ports.folder, ...options, onLine });
  if (result.code !== 0) throw explainFailure(output, { doing, repository }, ports);
  return result;
}

function requireDigest(digest: string | undefined, { repository }: BuildPlan): string {
  if (digest !== undefined && DIGEST.test(digest)) return digest;
  throw new UserError({
    message: `Docker pushed ${repository}, but did not say with which digest`,
    remedy: 'Update Docker and buildx, and run it again.',
  });
}

const input = ({ dockerfile }: BuildPlan) => (dockerfile.from === 'input' ? dockerfile.text : undefined);

const epoch = ({ sourceDateEpoch }: BuildPlan): Record<string, string> =>
  sourceDateEpoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(sourceDateEpoch) };
