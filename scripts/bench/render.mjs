import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { line, measure, ms, time, which } from './measure.mjs';

/** One run of `render` and `preview` on this repository, as users start them. */
export function oneRun({ root, cli, runs, empty }) {
  const render = time(process.execPath, [cli, 'render'], runs, { cwd: root });
  line(
    'lunchbox render, this repository',
    ms(render),
    `${ms(render - empty)} over an empty process (limit 150 ms)`,
  );
  const env = { ...process.env, LUNCHBOX_KUBECONFORM: '' };
  const wasm = time(process.execPath, [cli, 'preview'], runs, { cwd: root, env: { ...env, PATH: '' } });
  line(
    'lunchbox preview, kubeconform as WebAssembly',
    ms(wasm),
    `${ms(wasm - empty)} over an empty process (limit 2 s)`,
  );
  const native = process.env.LUNCHBOX_KUBECONFORM || which('kubeconform');
  if (!native) return line('lunchbox preview, native kubeconform', 'not run', 'no kubeconform on PATH');
  const own = time(process.execPath, [cli, 'preview'], runs, {
    cwd: root,
    env: { ...env, LUNCHBOX_KUBECONFORM: native },
  });
  line(
    'lunchbox preview, native kubeconform',
    ms(own),
    `${ms(own - empty)} over an empty process (limit 0.6 s)`,
  );
}

/** Renders and writes 100 and 1,000 environments; returns milliseconds for each environment of the larger set. */
export function manyEnvironments({ cli, scratch, runs }) {
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
      const { milliseconds, megabytes, stdout } = measure([cli, 'render', '--json'], { cwd: folder });
      times.push(milliseconds);
      peak = Math.max(peak, megabytes);
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
