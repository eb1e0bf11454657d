import type { DeploymentStatus, Deployments, StartedDeployment } from '../../ports/deployments.ts';
import { warningOf } from './warning.ts';

export interface DeploymentInput {
  environment: string;
  /** Full commit whose tree is delivered. */
  commit: string;
  /** One line: what is delivered. */
  description: string;
  /** Where users find the environment. */
  url?: string | undefined;
}

/** A delivery that GitHub shows. None of its methods ever fails: what goes wrong is told as a warning. */
export interface ShownDeployment {
  /** Undefined when GitHub did not take it. */
  id: number | undefined;
  succeed(description: string): Promise<void>;
  /** Nothing of it runs: it was refused, or the release before it was put back. */
  fail(description: string): Promise<void>;
  /** It is not known what runs: the line was cut, or Lunchbox has a mistake. */
  break(description: string): Promise<void>;
}

/** Shows a delivery at GitHub, from now until one of the three ends. A missing permission is a warning. */
export async function startDeployment(
  { environment, commit, description, url }: DeploymentInput,
  deployments: Deployments,
  warn: (warning: string) => void,
): Promise<ShownDeployment> {
  const production = isProduction(environment);
  let started: StartedDeployment | undefined;
  const set = async (id: number, status: DeploymentStatus) => {
    try {
      await deployments.setStatus(id, status);
      return true;
    } catch (error) {
      warn(warningOf(error));
      return false;
    }
  };
  const end = async (state: DeploymentStatus['state'], words: string) => {
    if (!started) return;
    // Only what runs has an address: with a failed one, people would look at the release before it.
    const environmentUrl = state === 'success' ? url : undefined;
    const done = await set(started.id, { state, description: words, environmentUrl });
    if (!done || state !== 'success' || !production) return;
    // GitHub does this by itself, but not for production.
    for (const id of started.active) await set(id, { state: 'inactive', description: 'Another one runs' });
  };
  try {
    started = await deployments.start({ environment, commit, description, production });
  } catch (error) {
    warn(warningOf(error));
  }
  if (started) {
    for (const id of started.interrupted)
      await set(id, { state: 'error', description: 'Its run ended without a word: cancelled, or lost' });
    await set(started.id, { state: 'in_progress', description, environmentUrl: url });
  }
  return {
    id: started?.id,
    succeed: (words) => end('success', words),
    fail: (words) => end('failure', words),
    break: (words) => end('error', words),
  };
}

/** By its name, which is all that a spec says of it. */
function isProduction(environment: string): boolean {
  return /^(?:prod|production|live)(?:-|$)/.test(environment);
}
