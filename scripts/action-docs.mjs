// action.yml and README of every action, as texts made from its declaration.
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadTypeScript } from './load-typescript.mjs';

/**
 * @param {string} root
 * @returns {Promise<{ path: string, text: string }[]>} paths from the root
 */
export async function actionFiles(root) {
  const { actionDeclarations } = await loadTypeScript(join(root, 'capabilities/declarations/index.ts'));
  const { actionInputs, actionTexts } = await loadTypeScript(join(root, 'capabilities/declaration.ts'));
  return actionDeclarations.flatMap((declaration) => {
    const { folder } = declaration.action;
    const inputs = actionInputs(declaration);
    const texts = actionTexts(declaration);
    return [
      { path: `actions/${folder}/action.yml`, text: actionYaml(declaration.action, texts, inputs) },
      { path: `actions/${folder}/README.md`, text: readme(declaration.action, texts, inputs) },
    ];
  });
}

function actionYaml(action, { summary }, inputs) {
  const data = {
    name: `Lunchbox ${action.folder}`,
    description: summary,
    author: 'Lunchbox',
    branding: { icon: 'package', color: 'orange' },
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, { description, required, default: value }]) => [
        name,
        { description, required: required === true, ...(value === undefined ? {} : { default: value }) },
      ]),
    ),
    outputs: Object.fromEntries(
      Object.entries(action.outputs).map(([name, description]) => [name, { description }]),
    ),
    runs: { using: 'node24', main: 'dist/index.mjs' },
  };
  return `# Generated from the declaration: npm run docs\n${stringify(data, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' })}`;
}

function readme(action, { summary, details, commands }, inputs) {
  const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const named = commands.map((name) => `\`lunchbox ${name}\``).join(', ');
  const command = named === '' ? '' : `\nOn the command line: ${named}.\n`;
  return [
    `# Lunchbox ${action.folder}`,
    '',
    `${summary}.`,
    ...(details === undefined ? [] : ['', details]),
    command,
    '## Inputs',
    '',
    '| input | type | default | what it is |',
    '|---|---|---|---|',
    ...Object.entries(inputs).map(
      ([input, { type, required, default: value = '', description }]) =>
        `| \`${input}\` | ${type} | ${required ? '**required**' : value === '' ? '' : `\`${cell(value)}\``} | ${cell(description)} |`,
    ),
    '',
    '## Outputs',
    '',
    '| output | what it is |',
    '|---|---|',
    ...Object.entries(action.outputs).map(
      ([output, description]) => `| \`${output}\` | ${cell(description)} |`,
    ),
    '',
    '## Permissions',
    '',
    '| permission | why |',
    '|---|---|',
    ...Object.entries(action.permissions).map(([permission, why]) => `| \`${permission}\` | ${cell(why)} |`),
    '',
  ].join('\n');
}
