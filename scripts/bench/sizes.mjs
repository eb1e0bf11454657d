import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { kb, line } from './measure.mjs';

/** What is installed and downloaded. */
export function sizes({ root }) {
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
