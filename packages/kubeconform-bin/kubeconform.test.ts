import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { kubeconform, load, VERSION } from 'kubeconform-bin';
import { afterAll, describe, expect, it } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
const schemas = {
  'configmap-v1.json': JSON.stringify({
    type: 'object',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object', properties: { name: { type: 'string' } }, additionalProperties: false },
      data: { type: 'object', additionalProperties: { type: 'string' } },
    },
    additionalProperties: false,
    required: ['metadata'],
  }),
};

function configMap(name: string, data = '{ a: b }'): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${JSON.stringify(name)} }\ndata: ${data}\n`;
}

async function check(...manifests: (string | Uint8Array)[]) {
  return kubeconform({ manifests, schemas });
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('kubeconform', () => {
  it('is the version that the package says', () => {
    const manifest: unknown = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ version: VERSION });
    expect(readFileSync(join(here, 'build/go.mod'), 'utf8')).toContain(
      `github.com/yannh/kubeconform v${VERSION}\n`,
    );
  });

  it('accepts what fits', async () => {
    const { exitCode, stderr, resources } = await check(configMap('a'));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(resources).toEqual([
      { manifest: 0, kind: 'ConfigMap', name: 'a', version: 'v1', status: 'statusValid', msg: '' },
    ]);
  });

  it('names the field that does not fit', async () => {
    const { exitCode, resources } = await check(configMap('a', '{ a: 1 }'));
    expect(exitCode).toBe(1);
    expect(resources).toMatchObject([
      { status: 'statusInvalid', validationErrors: [{ path: '/data/a', msg: 'got number, want string' }] },
    ]);
  });

  it('tells objects of the same kind and name apart by their index', async () => {
    const { resources } = await check(configMap('a'), configMap('a', '{ a: 1 }'), configMap('a'));
    expect(resources.map(({ manifest, status }) => [manifest, status])).toEqual([
      [0, 'statusValid'],
      [1, 'statusInvalid'],
      [2, 'statusValid'],
    ]);
  });

  it('gives one verdict for each document of a text', async () => {
    const { resources } = await check(`${configMap('a')}---\n${configMap('b', '{ a: 1 }')}`, configMap('c'));
    expect(resources.map(({ manifest, name, status }) => [manifest, name, status]).sort()).toEqual([
      [0, 'a', 'statusValid'],
      [0, 'b', 'statusInvalid'],
      [1, 'c', 'statusValid'],
    ]);
  });

  it('takes bytes and a Map as well', async () => {
    const bytes = new Map(
      Object.entries(schemas).map(([name, text]) => [name, new TextEncoder().encode(text)]),
    );
    const { exitCode } = await kubeconform({
      manifests: [new TextEncoder().encode(configMap('ä'))],
      schemas: bytes,
    });
    expect(exitCode).toBe(0);
  });

  it('makes a missing schema an error', async () => {
    const { exitCode, resources } = await check('apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n');
    expect(exitCode).toBe(1);
    expect(resources).toMatchObject([{ status: 'statusError', msg: 'could not find schema for Pod' }]);
  });

  it('makes broken YAML an error of that text alone', async () => {
    const { exitCode, resources } = await check(configMap('a'), 'apiVersion: v1\nkind: [', configMap('b'));
    expect(exitCode).toBe(1);
    expect(resources.map(({ status }) => status)).toEqual(['statusValid', 'statusError', 'statusValid']);
  });

  it('refuses a key that stands twice when strict, and only then', async () => {
    const manifests = [configMap('a', '{ a: b, a: c }')];
    const strict = await kubeconform({ manifests, schemas });
    expect(strict.resources).toMatchObject([
      { status: 'statusError', msg: expect.stringContaining('"a" already set in map') },
    ]);
    const lenient = await kubeconform({ manifests, schemas, strict: false });
    expect(lenient.resources).toMatchObject([{ status: 'statusValid' }]);
  });

  it('reads scalars as Kubernetes does', async () => {
    const { resources } = await check(configMap('a', '{ a: yes }'), configMap('b', '{ a: "yes" }'));
    expect(resources.map(({ status }) => status)).toEqual(['statusInvalid', 'statusValid']);
  });

  it.each([
    ['nothing', []],
    ['an empty text', ['']],
    ['comments', ['# only\n---\n# comments\n']],
  ])('finds no fault with %s', async (_, manifests) => {
    const { exitCode, resources } = await check(...manifests);
    expect(exitCode).toBe(0);
    expect(resources.filter(({ status }) => status !== '')).toEqual([]);
  });

  it('passes options on', async () => {
    const { resources } = await kubeconform({
      manifests: [configMap('a', '{ a: 1 }')],
      schemas,
      args: ['-skip', 'ConfigMap'],
    });
    expect(resources).toMatchObject([{ status: 'statusSkipped' }]);
  });

  it('throws when kubeconform itself fails', async () => {
    await expect(kubeconform({ manifests: [configMap('a')], schemas, args: ['-nonsense'] })).rejects.toThrow(
      /-nonsense/,
    );
  });

  it.each([
    ['leads out of the folder', '../../../../etc/passwd'],
    ['is a template', '{{.ResourceKind}}'],
    ['has line breaks, quotes and control characters', 'a\n"\'\\\u0007\u2028b'],
    ['is very long', 'x'.repeat(100_000)],
    ['is no plain text', '💥\u202e'],
  ])('bears a kind and a name that %s', async (_, word) => {
    const hostile = `apiVersion: v1\nkind: ${JSON.stringify(word)}\nmetadata: { name: ${JSON.stringify(word)} }\n`;
    const { resources } = await check(hostile, configMap(word), configMap('after'));
    expect(resources.map(({ manifest, status }) => [manifest, status])).toEqual([
      [0, 'statusError'],
      [1, 'statusValid'],
      [2, 'statusValid'],
    ]);
    expect(resources[1]?.name).toBe(word);
  });

  it('checks many manifests, each by its own index', async () => {
    const manifests = Array.from({ length: 1500 }, (_, index) =>
      configMap(`c${index}`, index % 7 === 0 ? '{ a: 1 }' : '{}'),
    );
    const { resources } = await check(...manifests);
    expect(resources.map(({ manifest, name }) => [manifest, name])).toEqual(
      manifests.map((_, index) => [index, `c${index}`]),
    );
    const invalid = resources
      .filter(({ status }) => status === 'statusInvalid')
      .map(({ manifest }) => manifest);
    expect(invalid).toEqual(manifests.map((_, index) => index).filter((index) => index % 7 === 0));
  });

  it('gives the same output each time, whatever ran before', async () => {
    const wrong = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, b: 1, c: 2, d: 3 }\ndata: { a: 1, b: 2, c: 3, d: 4, e: 5 }\n`;
    const first = await check(wrong, configMap('a'));
    expect(first.resources[0]?.validationErrors).toHaveLength(2);
    expect(first.resources[0]?.msg.match(/ - at /g)).toHaveLength(7);
    for (let run = 0; run < 10; run++) expect(await check(wrong, configMap('a'))).toEqual(first);
  });

  it('runs twice at the same time', async () => {
    const [one, two] = await Promise.all([check(configMap('a')), check(configMap('b', '{ a: 1 }'))]);
    expect([one.exitCode, two.exitCode]).toEqual([0, 1]);
  });

  it('runs in a worker thread', async () => {
    const code = `
      import { parentPort, workerData } from 'node:worker_threads';
      const { kubeconform } = await import(workerData.module);
      parentPort.postMessage(await kubeconform(workerData.input));`;
    const answer = await new Promise((resolve, reject) => {
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
        workerData: {
          module: pathToFileURL(join(here, 'index.mjs')).href,
          input: { manifests: [configMap('a'), configMap('b', '{ a: 1 }')], schemas },
        },
      });
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    expect(answer).toEqual(await check(configMap('a'), configMap('b', '{ a: 1 }')));
  });
});

describe('load', () => {
  it('compiles once', async () => {
    expect(await load()).toBe(await load({ manifests: 5000 }));
  });

  it.each([
    ['the WebAssembly', 'kubeconform.wasm.br', (bytes: Buffer) => flip(bytes)],
    ['the checksum', 'SHA256SUMS', (bytes: Buffer) => flip(bytes)],
  ])('refuses to run when %s is damaged', async (_, file, damage) => {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), 'kubeconform-bin-'));
    folders.push(folder);
    for (const name of ['index.mjs', 'package.json', 'kubeconform.wasm.br', 'SHA256SUMS'])
      cpSync(join(here, name), join(folder, name));
    const shim = dirname(
      dirname(createRequire(join(here, 'index.mjs')).resolve('@bjorn3/browser_wasi_shim')),
    );
    cpSync(shim, join(folder, 'node_modules/@bjorn3/browser_wasi_shim'), { recursive: true });
    const copy: typeof import('kubeconform-bin') = await import(
      /* @vite-ignore */ pathToFileURL(join(folder, 'index.mjs')).href
    );
    writeFileSync(join(folder, file), damage(readFileSync(join(folder, file))));
    await expect(copy.load()).rejects.toThrow('damaged');
  });
});

/** Changes one bit. */
function flip(bytes: Buffer): Buffer {
  const place = Math.min(20, bytes.length - 1);
  bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
  return bytes;
}
