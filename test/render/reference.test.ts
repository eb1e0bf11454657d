import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadTemplates } from '../../generator/render/templates.ts';
import { renderEnvironment } from '../../generator/render/render-environment.ts';
import { readSpec } from '../../generator/spec/read-spec.ts';

it('renders', async () => {
  const spec = readSpec('lunchbox.yaml', readFileSync('lunchbox.yaml', 'utf8'), () => undefined);
  const templates = await loadTemplates([]);
  for (const { environment } of spec.environments) {
    const files = renderEnvironment(environment, { release: { revision: '', images: new Map() }, sealed: [], secretsChecksum: null }, templates);
    for (const f of files) if (/deploy|stateful|configmap|ingress-/.test(f.path)) console.log(`--- ${f.path}\n${f.text}`);
    expect(files.length).toBeGreaterThan(15);
  }
});
