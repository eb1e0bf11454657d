import { type Answer, type Asked, invalid, notFound, type State } from '../github-server.ts';

export interface StoredStatus {
  id: number;
  state: string;
  description: string;
  log_url: string;
  environment_url: string;
}

export interface StoredDeployment {
  id: number;
  ref: string;
  environment: string;
  description: string;
  payload: unknown;
  production_environment: boolean;
  /** Oldest first. */
  statuses: StoredStatus[];
}

const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'];

/** docs.github.com/rest/deployments. */
export function answerDeployments(state: State, { method, path, query, body }: Asked): Answer {
  const [, id, list] = path.split('/');
  if (id === undefined) {
    if (method !== 'GET') return create(state, body);
    const environment = query.get('environment');
    const wanted = state.deployments.filter(
      (each) => environment === null || each.environment === environment,
    );
    const newest = [...wanted].reverse().slice(0, Number(query.get('per_page') ?? 30));
    return { status: 200, body: newest.map(({ statuses: _, ...shown }) => shown) };
  }
  const deployment = state.deployments.find((each) => each.id === Number(id));
  if (!deployment || list !== 'statuses') return notFound;
  if (method === 'GET') return { status: 200, body: [...deployment.statuses].reverse() };
  return addStatus(state, deployment, body);
}

function create(state: State, body: Asked['body']): Answer {
  const { ref, environment = 'production', description = '', payload = '', production_environment } = body;
  if (typeof ref !== 'string') return invalid('ref is missing');
  // Without it GitHub waits for checks, and with it set to true it would merge the default branch.
  if (body.required_contexts === undefined || body.auto_merge !== false)
    return { status: 409, body: { message: 'Conflict: Commit status checks failed for this ref.' } };
  if (String(description).length > 140) return invalid('description is too long (maximum is 140 characters)');
  const deployment: StoredDeployment = {
    id: 1 + state.deployments.length,
    ref,
    environment: String(environment),
    description: String(description),
    payload,
    production_environment: production_environment === true,
    statuses: [],
  };
  state.deployments.push(deployment);
  return { status: 201, body: deployment };
}

function addStatus(state: State, deployment: StoredDeployment, body: Asked['body']): Answer {
  const { state: name, description = '', log_url = '', environment_url = '' } = body;
  if (!STATES.includes(String(name))) return invalid(`${String(name)} is no state`);
  if (String(description).length > 140) return invalid('description is too long (maximum is 140 characters)');
  const id = 1 + state.deployments.reduce((sum, { statuses }) => sum + statuses.length, 0);
  const status: StoredStatus = {
    id,
    state: String(name),
    description: String(description),
    log_url: String(log_url),
    environment_url: String(environment_url),
  };
  deployment.statuses.push(status);
  if (name === 'success' && body.auto_inactive !== false) {
    for (const other of state.deployments) {
      if (other.id >= deployment.id || other.environment !== deployment.environment) continue;
      if (other.production_environment || other.statuses.at(-1)?.state !== 'success') continue;
      other.statuses.push({ ...status, id: status.id + 1, state: 'inactive' });
    }
  }
  return { status: 201, body: status };
}
