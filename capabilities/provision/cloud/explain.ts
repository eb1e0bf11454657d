import { UserError } from '../../../generator/errors.ts';
import { NEEDED_SCOPES, scopesOf } from '../../../generator/provision/scopes.ts';
import type { CloudCall } from '../../ports/cloud.ts';
import { CloudError } from '../../ports/cloud-error.ts';

/**
 * What the cloud refused, as something to mend. Anything else is passed on as it is.
 * @param what What was being done, e.g. `droplet shop-prod`
 */
export function explained(error: unknown, what: string): unknown {
  if (!(error instanceof CloudError)) return error;
  return new UserError(
    { message: `${what}: DigitalOcean did not take it: ${error.message}`, remedy: remedyOf(error) },
    { cause: error },
  );
}

/** All at once: nobody wants to make a token three times. */
export function missingScopes(calls: readonly CloudCall[]): UserError {
  return new UserError({
    message: `the DigitalOcean token may not read what is needed; it lacks ${scopesOf(calls).join(', ')} (or some of them)`,
    remedy: `Make a token with these scopes; rights to write cannot be asked for before they are used:\n  ${NEEDED_SCOPES.join(' ')}`,
  });
}

function remedyOf({ call, status, said, transient }: CloudError): string {
  if (status === 401)
    return 'The token is not valid, or was revoked: make a new one in the control panel (API → Tokens), and set DIGITALOCEAN_TOKEN.';
  if (status === 403)
    return `The token may lack ${scopesOf([call]).join(' and ')}; all that are needed: ${NEEDED_SCOPES.join(' ')}`;
  if (/limit/i.test(said) && status !== 429)
    return 'Ask for a higher limit in the control panel (Settings → Team → Resource limits), or remove what is not used. Then run it again.';
  if (status === 429) return 'The rate limit is used up: run it again later. Nothing is lost.';
  if (transient)
    return 'Run it again when DigitalOcean answers: it goes on where it stopped; see status.digitalocean.com.';
  return 'See what it says, mend it, and run it again: it goes on where it stopped.';
}
