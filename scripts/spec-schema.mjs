#!/usr/bin/env node
// Writes schemas/lunchbox.schema.json, by which editors complete lunchbox.yaml, from the definition that the reader uses.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTypeScript } from './load-typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { lunchboxJsonSchema } = await loadTypeScript(join(root, 'generator/spec/json-schema.ts'));
writeFileSync(
  join(root, 'schemas/lunchbox.schema.json'),
  `${JSON.stringify(lunchboxJsonSchema(), null, 2)}\n`,
);
