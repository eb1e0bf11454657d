import type { Cloud } from '../capabilities/ports/cloud.ts';
import { UserError } from '../generator/errors.ts';
import { digitalOcean } from './digitalocean/cloud.ts';
import { nodeClock } from './node-clock.ts';

/**
 * The DigitalOcean account that the environment names, as DigitalOcean's own tools read it.
 * @param token Instead of what the environment says.
 * @param log Told before each wait.
 * @throws UserError without a token
 */
export function accessCloud(
  env: Readonly<Record<string, string | undefined>>,
  log: (line: string) => void,
  token = env.DIGITALOCEAN_TOKEN || env.DIGITALOCEAN_ACCESS_TOKEN,
): Cloud {
  if (!token)
    throw new UserError({
      message: 'there is no token for DigitalOcean',
      remedy: 'Make one in its control panel (API → Tokens), and set DIGITALOCEAN_TOKEN.',
    });
  const endpoint = env.DIGITALOCEAN_API_URL || undefined;
  return digitalOcean({ token, endpoint, clock: nodeClock, log });
}
