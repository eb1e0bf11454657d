import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { builtOnce } from '../../support/built-once.ts';
import { cacheFolder } from '../../support/cache.ts';

/** Reads many documents at once; an entry is the value, or an Error. */
export type Decoder = (documents: readonly string[]) => unknown[];

const has = (command: string) =>
  spawnSync(command, [command === 'go' ? 'version' : '--version']).status === 0;
export const hasGo = has('go');
export const hasPython = has('python3');

/** The decoder of the Kubernetes API server, sigs.k8s.io/yaml, strict. */
export function goDecoder(): Decoder {
  const source = 'test/render/yaml/go-decoder';
  const folder = builtOnce(
    'go-decoder',
    (own) => {
      execFileSync('go', ['build', '-o', join(own, 'go-decoder'), '.'], { cwd: source, stdio: 'inherit' });
    },
    [source],
  );
  const program = join(folder, 'go-decoder');
  return (documents) =>
    lines(program, [], documents).map((line) => {
      const { json, error } = JSON.parse(line) as { json?: unknown; error?: string };
      return error === undefined ? json : new Error(error);
    });
}

const PYTHON = `
import json, sys, yaml
for line in sys.stdin:
    try:
        value = yaml.safe_load(json.loads(line))
        print(json.dumps({'json': value}, default=lambda other: {'not json': repr(other)}))
    except Exception as error:
        print(json.dumps({'error': str(error)}))
`;

/** PyYAML: YAML 1.1 to the letter, and related to no other reader here. */
export function pythonDecoder(): Decoder {
  const folder = cacheFolder('pyyaml-6.0.2');
  const python = join(folder, 'bin/python');
  if (!existsSync(join(folder, 'ready'))) {
    execFileSync('python3', ['-m', 'venv', folder]);
    execFileSync(
      python,
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'PyYAML==6.0.2'],
      { stdio: 'inherit' },
    );
    execFileSync(python, ['-c', `open(${JSON.stringify(join(folder, 'ready'))}, 'w')`]);
  }
  return (documents) =>
    lines(python, ['-c', PYTHON], documents).map((line) => {
      const { json, error } = JSON.parse(line) as { json?: unknown; error?: string };
      return error === undefined ? json : new Error(error);
    });
}

function lines(program: string, args: readonly string[], documents: readonly string[]): string[] {
  // Lone line separators are escaped: the other side reads line by line.
  const input = documents
    .map((document) => JSON.stringify(document).replace(/[\u0080-\uffff]/g, escaped))
    .join('\n');
  const { stdout, stderr, status } = spawnSync(program, [...args], {
    input: `${input}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\n').slice(0, documents.length);
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
