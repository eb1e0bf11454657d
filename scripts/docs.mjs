#!/usr/bin/env node
// Writes the tables of README.md from the declarations and rules. `--check`: exit 1 when they are stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTypeScript } from './load-typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { declarations } = await loadTypeScript(join(root, 'capabilities/declarations/index.ts'));
const { ruleInfos } = await loadTypeScript(join(root, 'generator/validate/validate.ts'));

/** @param {string} text @param {string} name @param {string[]} rows */
function fill(text, name, rows) {
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const start = text.indexOf(begin) + begin.length;
  const head = text.slice(start, text.indexOf(end)).split('\n').slice(0, 2);
  return text.slice(0, start) + [...head, ...rows, ''].join('\n') + text.slice(text.indexOf(end));
}

const file = join(root, 'README.md');
const before = readFileSync(file, 'utf8');
let text = fill(
  before,
  'commands',
  declarations.map(({ name, summary }) => `| \`lunchbox ${name}\` | ${summary} |`),
);
text = fill(
  text,
  'rules',
  ruleInfos.map(({ id, summary }) => `| \`${id}\` | ${summary} |`),
);
if (process.argv.includes('--check')) {
  if (text !== before) console.error('README.md is stale: run `npm run docs`');
  process.exitCode = text === before ? 0 : 1;
} else writeFileSync(file, text);
