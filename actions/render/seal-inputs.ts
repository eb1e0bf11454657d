import type { ActionContext } from '../../capabilities/ports/action.ts';
import type { Repository } from '../../capabilities/repository.ts';
import { parseGivenSecrets, sealGiven } from '../../capabilities/seal-given.ts';
import { UserError } from '../../generator/errors.ts';

/** Seals the input `secrets`, when there is one. @returns what is odd about the values, never a value */
export function sealInputs(
  context: ActionContext,
  environments: readonly string[],
  repository: Repository,
): string[] {
  const text = context.text('secrets');
  if (text.trim() === '') return [];
  const [environment, ...others] = environments;
  if (environment === undefined || others.length > 0) {
    throw new UserError({
      message: '`secrets` are those of one environment, and this step renders several',
      remedy: 'Name one under `environments`, in a job with `environment:` of the same name.',
    });
  }
  const values = parseGivenSecrets(text);
  for (const value of values.values()) context.hide(value);
  const anything = [...values.values()].some((value) => value !== '');
  const fingerprintKey = context.text('fingerprint-key');
  if (anything && fingerprintKey === '') {
    throw new UserError({
      message: '`secrets` needs `fingerprint-key`: without it every value would be sealed anew in every run',
      remedy:
        'Make one with `openssl rand -base64 32`, keep it as the secret LUNCHBOX_FINGERPRINT_KEY of the environment.',
    });
  }
  const outcome = sealGiven({ environment, values, fingerprintKey }, repository, () => new Date());
  const say = (items: readonly string[], what: string) => {
    if (items.length > 0) context.log(`${outcome.file}: ${what}: ${items.join(', ')}`);
  };
  say(outcome.written, 'sealed');
  say(outcome.kept, 'unchanged');
  say(outcome.carried, 'not given to this run, kept as it is');
  return outcome.warnings.map(({ message, remedy }) => [message, remedy].filter(Boolean).join('. '));
}
