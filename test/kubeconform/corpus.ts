import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Schemas } from '../../generator/validate/schema-check.ts';

const here = dirname(fileURLToPath(import.meta.url));
const pack = join(here, '../../schemas/pack');

/** A manifest file whose name begins with what kubeconform must say of it. */
export interface Fixture {
  name: string;
  status: 'valid' | 'invalid' | 'error' | 'empty';
  text: string;
}

/** All fixtures, by name. */
export const fixtures: readonly Fixture[] = readdirSync(join(here, 'fixtures'))
  .filter((file) => file.endsWith('.yaml'))
  .sort()
  .map((file) => {
    const status = file.split('-')[0];
    if (status !== 'valid' && status !== 'invalid' && status !== 'error' && status !== 'empty') {
      throw new Error(`${file}: the name must begin with valid, invalid, error or empty`);
    }
    return {
      name: file.replace(/\.yaml$/, ''),
      status,
      text: readFileSync(join(here, 'fixtures', file), 'utf8'),
    };
  });

/** The text of one fixture. */
export function fixture(name: string): string {
  const found = fixtures.find((each) => each.name === name);
  if (!found) throw new Error(`there is no fixture ${name}`);
  return found.text;
}

/** What is wrong with a fixture: `[place, message]` for each error when it is invalid, one message when it is an error. */
export type Expected = string | [string, string][];

export const expected = JSON.parse(readFileSync(join(here, 'fixtures/expected.json'), 'utf8')) as Record<
  string,
  Expected
>;

/** The whole schema pack. */
export const schemas: Schemas = new Map(
  readdirSync(pack).map((file) => [file, readFileSync(join(pack, file), 'utf8')]),
);
