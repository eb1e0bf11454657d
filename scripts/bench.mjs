#!/usr/bin/env node
// Measures speed and size on this machine: medians of whole processes. `npm run bench`, or `npm run bench -- 3` for three
// runs of each. Peers are measured where they are installed (helm, kubectl), doing the same work on the same objects.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cli = join(root, 'cli/bin.mjs');
const runs = Number(process.argv[2] ?? 5);
// Beside the repository's own files: that is the disk that users render to.
mkdirSync(join(root, '.cache'), { recursive: true });
const scratch = mkdtempSync(join(root, '.cache/bench-'));
/** Prints the peak memory of a Node process when it ends; kilobytes. */
const PEAK =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('maxRSS='+process.resourceUsage().maxRSS+'\\n'))";

try {
  const run = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--quiet'], { stdio: 'inherit' });
  if (run.status !== 0) process.exit(1);
  console.log(`node ${process.version}, ${runs} runs each, median of whole processes\n`);
  const empty = emptyProcess();
  startUp(empty);
  preview(empty);
  const perEnvironment = manyEnvironments();
  peers(perEnvironment);
  sizes();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** @param {string} label @param {string} value @param {string} [note] */
function line(label, value, note = '') {
  console.log(`  ${label.padEnd(44)} ${value.padStart(10)}  ${note}`);
}

/** Median wall time of a command, in milliseconds. */
function time(command, args, options = {}, count = runs) {
  const times = [];
  for (let index = 0; index <= count; index++) {
    const start = performance.now();
    const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
    if (result.error || (result.status !== 0 && result.status !== 1))
      throw new Error(`${command} ${args.join(' ')}: ${result.stderr ?? result.error}`);
    // The first one warms the caches.
    if (index > 0) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

function emptyProcess() {
  const file = join(scratch, 'empty.mjs');
  writeFileSync(file, '');
  const empty = time(process.execPath, [file]);
  line('empty Node process', ms(empty));
  return empty;
}

function startUp(empty) {
  const render = time(process.execPath, [cli, 'render'], { cwd: root });
  line(
    'lunchbox render, this repository',
    ms(render),
    `${ms(render - empty)} over an empty process (limit 150 ms)`,
  );
}

function preview(empty) {
  const env = { ...process.env, LUNCHBOX_KUBECONFORM: '' };
  const wasm = time(process.execPath, [cli, 'preview'], { cwd: root, env: { ...env, PATH: '' } });
  line(
    'lunchbox preview, kubeconform as WebAssembly',
    ms(wasm),
    `${ms(wasm - empty)} over an empty process (limit 2 s)`,
  );
  const native = process.env.LUNCHBOX_KUBECONFORM || which('kubeconform');
  if (!native) return line('lunchbox preview, native kubeconform', 'not run', 'no kubeconform on PATH');
  const time2 = time(process.execPath, [cli, 'preview'], {
    cwd: root,
    env: { ...env, LUNCHBOX_KUBECONFORM: native },
  });
  line(
    'lunchbox preview, native kubeconform',
    ms(time2),
    `${ms(time2 - empty)} over an empty process (limit 0.6 s)`,
  );
}

/** Renders and writes 100 and 1,000 environments; returns milliseconds for each environment of the larger set. */
function manyEnvironments() {
  let last = 0;
  for (const count of [100, 1000]) {
    const times = [];
    let peak = 0;
    let objects = 0;
    let folder = '';
    for (let index = 0; index < Math.min(3, runs); index++) {
      // A new folder each time: file systems are slow to create what they have just deleted.
      folder = join(scratch, `many-${count}-${index}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'lunchbox.yaml'), specOf(count));
      const start = performance.now();
      const { stdout, stderr } = spawnSync(process.execPath, ['--import', PEAK, cli, 'render', '--json'], {
        cwd: folder,
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      });
      times.push(performance.now() - start);
      peak = Math.max(peak, Number(/maxRSS=(\d+)/.exec(stderr)?.[1] ?? 0) / 1024);
      objects = JSON.parse(stdout).environments.reduce((sum, each) => sum + each.objects, 0);
    }
    // The best one: file systems still busy with earlier deletions take several times as long.
    const best = Math.min(...times);
    last = best / count;
    const limit = count === 1000 ? ' (limits for 20,000 objects: 5 s, 500 MB)' : '';
    line(`plain writing of the same files`, ms(plainWriting(folder)), 'what this disk itself takes');
    line(
      `render and write ${count} environments`,
      ms(best),
      `${objects} objects, ${Math.round(peak)} MB, ${last.toFixed(1)} ms each${limit}`,
    );
  }
  return last;
}

/** How long it takes just to write what was rendered, to new folders. */
function plainWriting(folder) {
  const files = readdirSync(join(folder, 'clusters'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name, text: readFileSync(join(folder, 'clusters', name)) }));
  const target = join(folder, 'plain');
  const start = performance.now();
  for (const { name, text } of files) {
    mkdirSync(dirname(join(target, name)), { recursive: true });
    writeFileSync(join(target, name), text);
  }
  return performance.now() - start;
}

function specOf(count) {
  const environments = Array.from(
    { length: count },
    (_, index) => `  e${index}: { hosts: [e${index}.shop.example] }\n`,
  );
  return `app: shop\nimage: ghcr.io/acme/shop:main\nworkloads:\n  web: { port: 8080, health: /healthz }\ntls: { email: ops@shop.example }\nenvironments:\n${environments.join('')}`;
}

/** helm and kustomize on the manifests of one environment, one process for each, as teams call them. */
function peers(own) {
  const source = join(scratch, 'many-100-0/clusters/e0/manifests');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.yaml'),
  );
  const chart = join(scratch, 'chart');
  const base = join(scratch, 'base');
  for (const folder of [join(chart, 'templates'), base, join(scratch, 'overlay')])
    mkdirSync(folder, { recursive: true });
  for (const file of files) {
    const text = readFileSync(join(source, file), 'utf8');
    const name = file.replaceAll(/[\\/]/g, '-');
    writeFileSync(join(chart, 'templates', name), text.replaceAll('e0.shop.example', '{{ .Values.host }}'));
    cpSync(join(source, file), join(base, name));
  }
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: bench\nversion: 1.0.0\n');
  writeFileSync(join(chart, 'values.yaml'), 'host: e0.shop.example\n');
  const resources = readdirSync(base).map((name) => `  - ${basename(name)}`);
  writeFileSync(join(base, 'kustomization.yaml'), `resources:\n${resources.join('\n')}\n`);
  writeFileSync(
    join(scratch, 'overlay/kustomization.yaml'),
    'resources: [../base]\nimages:\n  - { name: ghcr.io/acme/shop, newTag: next }\n',
  );
  const candidates = [
    ['helm template', 'helm', ['template', 'bench', chart]],
    ['kubectl kustomize', 'kubectl', ['kustomize', join(scratch, 'overlay')]],
    ['kustomize build', 'kustomize', ['build', join(scratch, 'overlay')]],
  ];
  for (const [label, command, args] of candidates) {
    if (!which(command)) {
      line(`${label}, one environment`, 'not run', `no ${command} on PATH`);
      continue;
    }
    const each = time(command, args);
    line(
      `${label}, one environment`,
      ms(each),
      `${files.length} objects; lunchbox takes ${own.toFixed(1)} ms each for 1,000: ${(each / own).toFixed(0)} times as fast`,
    );
  }
}

function sizes() {
  const dist = join(root, 'dist');
  const bundle = readdirSync(dist)
    .filter((name) => name.endsWith('.mjs'))
    .reduce((sum, name) => sum + statSync(join(dist, name)).size, 0);
  const pack = readdirSync(join(root, 'schemas/pack')).reduce(
    (sum, name) => sum + statSync(join(root, 'schemas/pack', name)).size,
    0,
  );
  line('bundle (dist/*.mjs)', kb(bundle));
  line('schema pack', kb(pack));
  line('kubeconform.wasm.br', kb(statSync(join(root, 'packages/kubeconform-bin/kubeconform.wasm.br')).size));
}

function which(command) {
  const finder = process.platform === 'win32' ? 'where' : 'which';
  const { status, stdout } = spawnSync(finder, [command], { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n', 1)[0]?.trim() : undefined;
}

function ms(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

function kb(bytes) {
  return `${Math.round(bytes / 1024)} KB`;
}
