import { nodeExec } from '../../adapters/node-exec.ts';
import { nodeFiles } from '../../adapters/node-files.ts';
import { withTemporaryFile } from '../../adapters/temporary-file.ts';
import {
  type BuildImageInput,
  type BuildImagePorts,
  buildImage,
} from '../../capabilities/build-image/index.ts';
import type { Exec } from '../../capabilities/ports/exec.ts';

/** A moment that shows where it ends up. */
const NOW = new Date('2026-01-02T03:04:05.678Z');

export interface Run {
  outcome: Awaited<ReturnType<typeof buildImage>>;
  log: string[];
}

/** Builds in a folder, with what the environment names laid over that of the test. */
export async function build(
  folder: string,
  env: Readonly<Record<string, string>>,
  input: BuildImageInput = {},
  ports: Partial<BuildImagePorts> = {},
): Promise<Run> {
  const log: string[] = [];
  const exec: Exec = (program, args, options = {}) =>
    nodeExec(program, args, { ...options, env: { ...env, ...options.env } });
  const outcome = await buildImage(
    input,
    { files: nodeFiles(folder), specFile: 'lunchbox.yaml' },
    { exec, clock: () => NOW, log: (line) => log.push(line), env, folder, withTemporaryFile, ...ports },
  );
  return { outcome, log };
}

/** The message of what a build is refused with; fails when it is not refused. */
export async function refusal(run: Promise<Run>): Promise<string> {
  const result = await run.then(
    ({ log }) => `not refused:\n${log.join('\n')}`,
    (error: Error) => (error.name === 'UserError' ? error.message : `${error.stack}`),
  );
  return result;
}

/** A spec with one web workload in staging and prod; `image` is what stands below `image:`. */
export function spec(image: Readonly<Record<string, unknown>>): string {
  return [
    'app: shop',
    `image: ${JSON.stringify(image)}`,
    'workloads:',
    '  web: { port: 8080, health: /healthz }',
    'tls: { email: ops@shop.example }',
    'environments:',
    '  staging: { hosts: [staging.shop.example] }',
    '  prod: { hosts: [shop.example] }',
    '',
  ].join('\n');
}
