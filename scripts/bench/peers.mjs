import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { line, ms, time, which } from './measure.mjs';

/** helm and kustomize on the manifests of one environment, one process for each, as teams call them. */
export function peers({ scratch, runs }, own) {
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
    const each = time(command, args, runs);
    line(
      `${label}, one environment`,
      ms(each),
      `${files.length} objects; lunchbox takes ${own.toFixed(1)} ms each for 1,000: ${(each / own).toFixed(0)} times as fast`,
    );
  }
}
