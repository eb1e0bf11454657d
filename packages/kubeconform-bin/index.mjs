import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { brotliDecompressSync } from 'node:zlib';
import { Directory, Fd, File, OpenFile, PreopenDirectory, WASI, wasi } from '@bjorn3/browser_wasi_shim';

/** Version of upstream kubeconform. */
export const VERSION = '0.8.0';

/** From about here on V8's optimizing compiler earns back the time that it takes. */
const MANY_MANIFESTS = 300;

const encoder = new TextEncoder();
let compiled;

/** Unpacks, verifies and compiles the WebAssembly once per process (or thread); kubeconform() does it by itself too. */
export function load({ manifests = 0 } = {}) {
  compiled ??= compile(manifests);
  return compiled;
}

async function compile(manifests) {
  const wasm = unpack();
  if (manifests >= MANY_MANIFESTS) return WebAssembly.compile(wasm);
  // 18 MB of code that runs once: on Node 20 optimizing it takes several times as long as running it.
  setFlagsFromString('--liftoff-only');
  try {
    return await WebAssembly.compile(wasm);
  } finally {
    setFlagsFromString('--no-liftoff-only');
  }
}

/** The WebAssembly, after comparing it with its checksum. */
function unpack() {
  const [expected] = readFileSync(new URL('./SHA256SUMS', import.meta.url), 'utf8').split(' ', 1);
  try {
    const wasm = brotliDecompressSync(readFileSync(new URL('./kubeconform.wasm.br', import.meta.url)));
    const actual = createHash('sha256').update(wasm).digest('hex');
    if (actual === expected) return wasm;
    throw new Error(`SHA-256 is ${actual}, but SHA256SUMS says ${expected}`);
  } catch (cause) {
    throw new Error('kubeconform.wasm.br is missing or damaged. Install the package again.', { cause });
  }
}

/** @type {import('./index.d.ts').kubeconform} */
export async function kubeconform({ manifests, schemas, strict = true, args = [] }) {
  if (manifests.length === 0) return { exitCode: 0, stderr: '', resources: [] };
  const stdout = new Sink();
  const stderr = new Sink();
  const fds = [
    new OpenFile(new File([])),
    stdout,
    stderr,
    new PreopenDirectory(
      '/',
      new Map([
        ['schemas', folder(schemas)],
        ['manifests', folder(manifests.map((text, index) => [`${index}.yaml`, text]))],
      ]),
    ),
  ];
  const command = [
    'kubeconform',
    '-n',
    '1',
    ...(strict ? ['-strict'] : []),
    '-output',
    'json',
    '-verbose',
    '-schema-location',
    '/schemas/{{.ResourceKind}}{{.KindSuffix}}.json',
    ...args,
    // A folder, because the number of arguments is limited.
    '/manifests',
  ];
  // Collecting seldom is faster, but not at all is slower: fresh memory costs more than used memory.
  const runtime = new WASI(command, ['GOGC=400', 'GOMEMLIMIT=512MiB'], fds, { debug: false });
  const imports = {
    ...runtime.wasiImport,
    // Go walks through maps in random order: without chance, errors come in the same order each time.
    random_get: (start, length) => {
      new Uint8Array(instance.exports.memory.buffer, start, length).fill(1);
      return 0;
    },
  };
  const instance = await WebAssembly.instantiate(await load({ manifests: manifests.length }), {
    wasi_snapshot_preview1: imports,
  });
  const exitCode = runtime.start(instance);
  return { exitCode, stderr: stderr.text(), resources: parse(stdout.text(), stderr.text()) };
}

function parse(stdout, stderr) {
  if (stdout.trim() === '') {
    if (stderr.trim() !== '') throw new Error(`kubeconform stopped: ${stderr.trim()}`);
    return [];
  }
  return JSON.parse(stdout)
    .resources.map(({ filename, ...verdict }) => ({
      manifest: Number(/(\d+)\.yaml$/.exec(filename)?.[1]),
      ...verdict,
    }))
    .sort((a, b) => a.manifest - b.manifest);
}

function folder(entries) {
  const pairs =
    entries instanceof Map ? [...entries] : Array.isArray(entries) ? entries : Object.entries(entries);
  return new Directory(
    new Map(
      pairs.map(([name, content]) => [
        name,
        new File(typeof content === 'string' ? encoder.encode(content) : content, { readonly: true }),
      ]),
    ),
  );
}

/** Collects what is written to it. */
class Sink extends Fd {
  chunks = [];

  fd_fdstat_get() {
    return { ret: 0, fdstat: new wasi.Fdstat(wasi.FILETYPE_CHARACTER_DEVICE, 0) };
  }

  fd_write(data) {
    this.chunks.push(data.slice());
    return { ret: 0, nwritten: data.byteLength };
  }

  text() {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}
