import { Buffer } from 'node:buffer';
import { labelsOf } from '../../../generator/fields.ts';
import { redactor } from '../../../generator/redact.ts';
import { ApiError } from '../../ports/api-error.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { WaitFailure } from '../wait/index.ts';

/** Shorter values would hide ordinary words. */
const SHORTEST = 6;

/**
 * The last lines of a program's log are shown to whoever may see the run, who need not be allowed to see its secrets:
 * every value of every Secret of its namespace is taken out. When they cannot be read, no log lines are shown.
 */
export async function hideSecrets(
  failures: readonly WaitFailure[],
  cluster: Cluster,
): Promise<WaitFailure[]> {
  const resource = failures.length > 0 ? await cluster.resource('v1', 'Secret') : undefined;
  const looksSecret = redactor({});
  const known = new Map<string, Promise<string[] | undefined>>();
  const secretsIn = (namespace: string) => {
    const asked = known.get(namespace) ?? (resource ? valuesIn(namespace) : Promise.resolve(undefined));
    known.set(namespace, asked);
    return asked;
  };
  const valuesIn = async (namespace: string): Promise<string[] | undefined> => {
    try {
      const { items } = resource ? await cluster.list(resource, { namespace }) : { items: [] };
      const forms = items.flatMap(({ data }) => Object.values(labelsOf(data)).flatMap(formsOf));
      // The longest of all first: a value that is the beginning of another would leave its end.
      return forms.sort((a, b) => b.length - a.length);
    } catch (error) {
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  };
  return Promise.all(
    failures.map(async (failure) => {
      const values = await secretsIn(failure.ref.namespace || 'default');
      const hide = (text: string) => looksSecret((values ?? []).reduce(without, text));
      return {
        ...failure,
        message: hide(failure.message),
        evidence: failure.evidence.map(({ title, lines, log }) => ({
          title,
          lines:
            values === undefined && log
              ? ['not shown: the Secrets of its namespace cannot be read, so they could not be taken out']
              : lines.map(hide),
        })),
      };
    }),
  );
}

/** A text with a value taken out; where the text was cut, what is left of it, too. */
function without(text: string, value: string): string {
  const shown = text.replaceAll(value, '***');
  if (!shown.endsWith('…')) return shown;
  for (let length = Math.min(value.length, shown.length) - 1; length >= SHORTEST; length--)
    if (shown.endsWith(`${value.slice(0, length)}…`)) return `${shown.slice(0, -1 - length)}***…`;
  return shown;
}

/** A value as it may stand in a log: whole, line by line, encoded. */
function formsOf(encoded: string): string[] {
  const value = Buffer.from(encoded, 'base64').toString('utf8');
  return [
    value,
    ...value.split(/\r?\n/),
    encoded,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ].filter((form) => form.trim().length >= SHORTEST);
}
