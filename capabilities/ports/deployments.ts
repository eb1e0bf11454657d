/** A delivery to an environment, as GitHub shows it beside the code. */
export interface DeploymentRequest {
  environment: string;
  /** Full commit whose tree is delivered. */
  commit: string;
  /** One line. */
  description: string;
  /** Users depend on it. */
  production: boolean;
}

export interface StartedDeployment {
  id: number;
  /** Deployments of ours that GitHub shows as active, and that this one takes the place of. */
  active: number[];
  /** Deployments of ours whose run ended without saying how. */
  interrupted: number[];
}

export interface DeploymentStatus {
  state: 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';
  /** One line. */
  description: string;
  /** Where users find the environment. */
  environmentUrl?: string | undefined;
}

/** The deployments of a repository, for one run of a workflow. @throws UserError when GitHub refuses */
export interface Deployments {
  /** Makes one; or takes the one that GitHub made for this very job. */
  start(request: DeploymentRequest): Promise<StartedDeployment>;
  setStatus(id: number, status: DeploymentStatus): Promise<void>;
}
