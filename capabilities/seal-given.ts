import { Buffer } from 'node:buffer';
import { type Problem, UserError } from '../generator/errors.ts';
import { secretName } from '../generator/render/model/names.ts';
import { neededSecrets } from '../generator/render/model/needed-secrets.ts';
import { loadStore } from '../generator/seal/environment-files.ts';
import { environmentNamed } from '../generator/spec/read-spec.ts';
import { loadSpec, type Repository } from './repository.ts';
import { type SealOutcome, sealMany } from './seal.ts';

export interface GivenSecrets {
  environment: string;
  /** Item -> value; empty where the run was not given it. */
  values: ReadonlyMap<string, string>;
  fingerprintKey: string;
}

export interface GivenOutcome extends SealOutcome {
  /** Items without a value in this run, whose ciphertext stays as it is. */
  carried: string[];
}

const LINE = /^\s*([A-Za-z0-9._-]+)\s*:\s*("(?:[^"\\]|\\.)*"|null)\s*$/;
// biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own syntax
const EXAMPLE = 'Write one a line as `redis-password: ${{ toJSON(secrets.REDIS_PASSWORD) }}`.';

/**
 * Reads `item: "value"` lines, each value a JSON string: so that quotes, blanks and newlines in it survive.
 * @throws UserError with the line's number, never with what stands in it
 */
export function parseGivenSecrets(text: string): Map<string, string> {
  const values = new Map<string, string>();
  const problems: Problem[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const match = LINE.exec(line);
    const value = match ? parseJson(match[2] ?? '') : undefined;
    const place = { file: 'secrets', line: index + 1, column: 1 };
    if (!match || value === undefined) {
      problems.push({ message: 'not an item with a JSON string', place, remedy: EXAMPLE });
    } else if (values.has(match[1] ?? '')) {
      problems.push({ message: `two values for \`${match[1]}\``, place, remedy: 'Remove one of them.' });
    } else values.set(match[1] ?? '', value);
  });
  if (problems.length > 0) throw new UserError(problems);
  return values;
}

function parseJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value === null ? '' : typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Seals the values that a run was given. One that it was not given, as in a pull request from a fork, keeps the
 * ciphertext that is committed; one whose value is the same keeps it too.
 * @throws UserError when nothing was given and nothing is sealed yet
 */
export function sealGiven(
  { environment: name, values, fingerprintKey }: GivenSecrets,
  repository: Repository,
  clock: () => Date,
): GivenOutcome {
  const { environment } = environmentNamed(loadSpec(repository), name);
  const store = loadStore(repository.files, name);
  const carried = [...values].filter(([, value]) => value === '').map(([item]) => item);
  const missing = carried.filter((item) => !store.items.has(item));
  if (missing.length > 0) {
    throw new UserError(
      missing.map((item) => ({
        message: `\`${item}\` has no value here, and ${store.file} holds none`,
        remedy: `Give the job the secret (for a GitHub environment: \`environment: ${name}\`), or run \`lunchbox seal ${name} ${item}\`.`,
      })),
    );
  }
  const given = [...values].filter(([, value]) => value !== '');
  if (given.length === 0) return { file: store.file, written: [], kept: [], warnings: [], carried };
  const outcome = sealMany(
    {
      environment: name,
      needed: neededSecrets(environment),
      target: { namespace: environment.namespace, secret: secretName(environment) },
      fingerprintKey,
      values: given.map(([item, value], index) => ({
        item,
        value: Buffer.from(value, 'utf8'),
        place: { file: 'secrets', line: index + 1, column: 1 },
      })),
    },
    { files: repository.files, clock },
  );
  return { ...outcome, carried };
}
