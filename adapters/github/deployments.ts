import type {
  DeploymentRequest,
  Deployments,
  StartedDeployment,
} from '../../capabilities/ports/deployments.ts';
import { cut } from '../../generator/markdown/escape.ts';
import { sanitize } from '../../generator/sanitize.ts';
import type { Api } from './api.ts';
import { refused } from './refused.ts';

/** The run of a workflow that delivers. */
export interface Run {
  id: string;
  /** Counts up when the run is repeated. */
  attempt: string;
  /** Its page. */
  url: string;
}

interface Answer {
  id: number;
  environment: string;
  payload?: unknown;
}
interface Status {
  id: number;
  state: string;
  log_url?: string | null;
  target_url?: string | null;
}

const PERMISSION = 'deployments: write';
/** Characters that GitHub takes of a description. */
const LONGEST = 140;
/** How many of the environment's deployments are looked at: one at a time is active, and one may have been cut off. */
const LOOKED_AT = 5;

/** Deployments by GitHub's REST API. Source: docs.github.com/rest/deployments. */
export function githubDeployments(api: Api, run: Run): Deployments {
  const newest = async (environment: string) => {
    const data = await api.call('GET /repos/{owner}/{repo}/deployments', { environment, per_page: 30 });
    return (Array.isArray(data) ? (data as Answer[]) : []).sort((a, b) => b.id - a.id);
  };
  const latest = async (id: number) => {
    const data = await api.call('GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', {
      deployment_id: id,
      per_page: 30,
    });
    return (Array.isArray(data) ? (data as Status[]) : []).sort((a, b) => b.id - a.id);
  };
  const isThisRun = ({ run: id, attempt }: { run?: unknown; attempt?: unknown }) =>
    id === run.id && attempt === run.attempt;

  const create = async (request: DeploymentRequest): Promise<Answer> => {
    const { environment, commit, description, production } = request;
    const parameters = {
      ref: commit,
      environment,
      description: line(description),
      // The tree was checked in this run: statuses of other checks have no say.
      required_contexts: [],
      auto_merge: false,
      transient_environment: false,
      production_environment: production,
      payload: { lunchbox: { run: run.id, attempt: run.attempt } },
    };
    const made = async () =>
      (await newest(environment)).find((each) => {
        const own = ownPayload(each);
        return own !== undefined && isThisRun(own);
      });
    return (await api.call('POST /repos/{owner}/{repo}/deployments', parameters, { made })) as Answer;
  };

  return {
    async start(request) {
      const started: Omit<StartedDeployment, 'id'> = { active: [], interrupted: [] };
      let jobs: number | undefined;
      try {
        for (const deployment of (await newest(request.environment)).slice(0, LOOKED_AT)) {
          const [status, ...older] = await latest(deployment.id);
          const own = ownPayload(deployment);
          const unfinished = status === undefined || /^(?:in_progress|pending|queued)$/.test(status.state);
          if (own === undefined) {
            // The one that GitHub makes by itself for a job with an environment: a second one would be shown beside it.
            const ofThisRun = [status, ...older].some((each) => each !== undefined && leadsTo(each, run));
            if (unfinished && ofThisRun) jobs ??= deployment.id;
          } else if (unfinished) started.interrupted.push(deployment.id);
          else if (status.state === 'success') started.active.push(deployment.id);
        }
        return { id: jobs ?? (await create(request)).id, ...started };
      } catch (error) {
        throw refused(error, `the deployment of ${request.environment}`, PERMISSION);
      }
    },
    async setStatus(id, { state, description, environmentUrl }) {
      try {
        await api.call('POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', {
          deployment_id: id,
          state,
          description: line(description),
          log_url: run.url,
          ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
          auto_inactive: true,
        });
      } catch (error) {
        throw refused(error, `the status \`${state}\` of deployment ${id}`, PERMISSION);
      }
    },
  };
}

function leadsTo({ log_url, target_url }: Status, { id }: Run): boolean {
  return [log_url, target_url].some((url) => typeof url === 'string' && `${url}/`.includes(`/runs/${id}/`));
}

/** What we wrote into it; undefined for a deployment of somebody else. GitHub gives the payload back as it likes. */
function ownPayload({ payload }: Answer): Record<string, unknown> | undefined {
  let value = payload;
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value);
    } catch {
      return undefined;
    }
  }
  const own = (value as { lunchbox?: unknown } | null)?.lunchbox;
  return typeof own === 'object' && own !== null ? (own as Record<string, unknown>) : undefined;
}

function line(text: string): string {
  return cut(sanitize(text.replace(/\s+/g, ' ').trim()), LONGEST);
}
