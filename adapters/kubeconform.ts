import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../generator/errors.ts';
import type { SchemaEngine, Schemas } from '../generator/validate/schema-check.ts';
import type { Verdict } from '../generator/validate/verdict.ts';

/** The only version whose verdicts are the same everywhere. */
export const KUBECONFORM_VERSION = '0.8.0';
/** The WebAssembly's memory grows with the number of files it is given. */
const WASM_BATCH = 2000;

const run = promisify(execFile);

/**
 * kubeconform as `LUNCHBOX_KUBECONFORM` names it, else one of the pinned version on PATH, else the WebAssembly that
 * this repository carries. All give the same verdicts; a program is faster for thousands of objects.
 * @throws UserError when LUNCHBOX_KUBECONFORM names something that cannot be run.
 */
export async function chooseKubeconform(
  env: Readonly<Record<string, string | undefined>>,
): Promise<SchemaEngine> {
  const named = env.LUNCHBOX_KUBECONFORM;
  if (named) {
    const version = await versionOf(named).catch((error: unknown) => {
      throw new UserError(
        {
          message: `LUNCHBOX_KUBECONFORM names ${named}, which cannot be run`,
          remedy:
            'Name a kubeconform program, or unset the variable: the one that Lunchbox carries is used then.',
        },
        { cause: error },
      );
    });
    return nativeKubeconform(named, version);
  }
  const found = findOnPath(env);
  if (found !== undefined) {
    const version = await versionOf(found).catch(() => undefined);
    if (version === `v${KUBECONFORM_VERSION}`) return nativeKubeconform(found, version);
  }
  return wasmKubeconform();
}

/** kubeconform in memory: no program, no file, no network. */
export function wasmKubeconform(): SchemaEngine {
  return {
    name: `kubeconform ${KUBECONFORM_VERSION} (wasm)`,
    async run(texts, schemas) {
      const { kubeconform } = await import('kubeconform-bin');
      const verdicts: Verdict[] = [];
      for (let start = 0; start < texts.length; start += WASM_BATCH) {
        const { resources } = await kubeconform({
          manifests: texts.slice(start, start + WASM_BATCH),
          schemas,
        });
        verdicts.push(...resources.map((verdict) => ({ ...verdict, manifest: verdict.manifest + start })));
      }
      return verdicts;
    },
  };
}

/** kubeconform as a program; manifests and schemas go through a folder that only this user can read. */
export function nativeKubeconform(program: string, version: string): SchemaEngine {
  return {
    name: `kubeconform ${version.replace(/^v/, '')} (native)`,
    run: (texts, schemas) => runNative(program, texts, schemas),
  };
}

async function runNative(program: string, texts: readonly string[], schemas: Schemas): Promise<Verdict[]> {
  if (texts.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-kubeconform-'));
  try {
    for (const [name, text] of schemas) writeFileSync(join(folder, name), text);
    const manifests = mkdtempSync(join(folder, 'manifests-'));
    texts.forEach((text, index) => {
      writeFileSync(join(manifests, `${index}.yaml`), text);
    });
    const location = `${folder}/{{.ResourceKind}}{{.KindSuffix}}.json`;
    const args = ['-strict', '-output', 'json', '-verbose', '-schema-location', location, manifests];
    const { stdout, stderr } = await run(program, args, { maxBuffer: 1 << 30 }).catch((error: unknown) => {
      // Exit code 1 is its way to say "invalid" as well as "broken": only the output tells.
      const failed = error as { code?: unknown; stdout?: string; stderr?: string };
      if (failed.code === 1 && failed.stdout) return { stdout: failed.stdout, stderr: failed.stderr ?? '' };
      throw crashed(program, failed.stderr ?? '', error);
    });
    if (stdout.trim() === '') throw crashed(program, stderr);
    const { resources } = JSON.parse(stdout) as {
      resources: (Omit<Verdict, 'manifest'> & { filename: string })[];
    };
    return resources
      .map(({ filename, ...verdict }) => ({
        ...verdict,
        manifest: Number(/(\d+)\.yaml$/.exec(filename)?.[1]),
      }))
      .sort((a, b) => a.manifest - b.manifest);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function crashed(program: string, stderr: string, cause?: unknown): UserError {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return new UserError(
    {
      message: `${program} stopped without a verdict${last === '' ? '' : `: ${last.slice(0, 300)}`}`,
      remedy: 'Unset LUNCHBOX_KUBECONFORM, or take it off PATH: the one that Lunchbox carries is used then.',
    },
    { cause },
  );
}

async function versionOf(program: string): Promise<string> {
  const { stdout } = await run(program, ['-v'], { timeout: 10_000 });
  return stdout.trim();
}

function findOnPath(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const names = process.platform === 'win32' ? ['kubeconform.exe'] : ['kubeconform'];
  for (const folder of (env.PATH ?? env.Path ?? '').split(delimiter)) {
    for (const name of folder === '' ? [] : names) {
      if (statSync(join(folder, name), { throwIfNoEntry: false })?.isFile()) return join(folder, name);
    }
  }
  return undefined;
}
