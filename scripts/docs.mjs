#!/usr/bin/env node
// Writes the tables of README.md, action.yml and README of every action, and the workflows, from what they are made of. `--check`: exit 1 when they are stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { actionFiles } from './action-docs.mjs';
import { loadTypeScript } from './load-typescript.mjs';
import { workflowFiles } from './workflow-files.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { actionDeclarations, declarations } = await loadTypeScript(
  join(root, 'capabilities/declarations/index.ts'),
);
const { actionTexts } = await loadTypeScript(join(root, 'capabilities/declaration.ts'));
const { ruleInfos } = await loadTypeScript(join(root, 'generator/validate/validate.ts'));
const { NEEDED_SCOPES } = await loadTypeScript(join(root, 'generator/provision/scopes.ts'));
const { EXIT_CODES } = await loadTypeScript(join(root, 'cli/exit-codes.ts'));
const { riskRules } = await loadTypeScript(join(root, 'generator/diff/risks/index.ts'));

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
text = fill(
  text,
  'risks',
  riskRules.map(({ risk, summary }) => `| \`${risk}\` | ${summary} |`),
);
text = fill(
  text,
  'actions',
  actionDeclarations.map(
    (declaration) =>
      `| [\`${declaration.action.folder}\`](actions/${declaration.action.folder}) | ${actionTexts(declaration).summary} |`,
  ),
);
text = fill(text, 'scopes', scopeRows());
text = fill(
  text,
  'exit-codes',
  Object.entries(EXIT_CODES).map(([code, meaning]) => `| ${code} | ${meaning} |`),
);
const files = [{ path: 'README.md', text }, ...(await actionFiles(root)), ...(await workflowFiles(root))];
const stale = files.filter(({ path, text }) => read(join(root, path)) !== text);
if (process.argv.includes('--check')) {
  for (const { path } of stale) console.error(`${path} is stale: run \`npm run docs\``);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else for (const { path, text } of stale) writeFileSync(join(root, path), text);

/** `droplet:create` and its like, a row for each resource. */
function scopeRows() {
  const rights = new Map();
  for (const scope of NEEDED_SCOPES) {
    const [resource, right] = scope.split(':');
    rights.set(resource, [...(rights.get(resource) ?? []), right]);
  }
  return [...rights].map(([resource, list]) => `| ${resource} | ${list.join(', ')} |`);
}

/** @param {string} path */
function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
