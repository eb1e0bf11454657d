import type { ActionContext } from '../capabilities/ports/action.ts';

/** `acme/shop run 17 by someone`: who changes something, for people. */
export function runName(env: ActionContext['env']): string {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_NUMBER: number, GITHUB_ACTOR: actor } = env;
  return `${repository ?? 'a workflow'} run ${number ?? '?'}${actor ? ` by ${actor}` : ''}`;
}
