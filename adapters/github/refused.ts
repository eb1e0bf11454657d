import { UserError } from '../../generator/errors.ts';
import { isForbidden, isLimited, saidBy, statusOf } from './request.ts';

/**
 * GitHub's refusal in words.
 * @param what What it did not take, e.g. `the deployment of staging`
 * @param permission What the job's token needs, e.g. `deployments: write`
 */
export function refused(error: unknown, what: string, permission: string): UserError {
  if (error instanceof UserError) return error;
  const status = statusOf(error);
  const said = saidBy(error);
  return new UserError({
    message: `GitHub did not take ${what}: ${status || 'no answer'}${said ? ` (${said})` : ''}`,
    remedy: remedyOf(error, permission),
  });
}

function remedyOf(error: unknown, permission: string): string {
  if (isLimited(error)) return 'The rate limit is used up: run it again later.';
  if (isForbidden(error))
    return `Give the job \`permissions: ${permission}\`, and pass its token as the input \`token\`.`;
  const remedies: Record<number, string> = {
    401: 'The token is not valid, or has expired: pass the one of the job.',
    404: `There is no such thing in this repository, or the token may not see it: it needs \`permissions: ${permission}\`.`,
    409: 'The repository changed meanwhile, or a rule of it forbids this; see Settings → Rules.',
    422: 'GitHub does not take these values; a rule of the repository may forbid them, see Settings → Rules.',
  };
  return remedies[statusOf(error)] ?? 'Run it again later; see www.githubstatus.com.';
}
