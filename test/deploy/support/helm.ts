import type { ApiServer } from '../../cluster/api-server.ts';

const TIME = '2026-01-01T00:00:00Z';
const condition = (type: string, more = {}) => ({ type, status: 'True', lastTransitionTime: TIME, ...more });
const FAILED = { reason: 'BackoffLimitExceeded', message: 'too often' };

/** k3s' helm-controller in one namespace, which does what it is told and nothing else. */
export class Helm {
  private readonly server: Pick<ApiServer, 'call'>;
  private readonly namespace: string;

  constructor(server: Pick<ApiServer, 'call'>, namespace: string) {
    this.server = server;
    this.namespace = namespace;
  }

  /** Makes the job of a chart anew, which runs at once. */
  async begins(chart: string): Promise<void> {
    await this.clears(chart);
    const { spec } = await this.ask('GET', this.chartPath(chart));
    const env = [
      { name: 'VERSION', value: spec.version ?? '' },
      { name: 'REPO', value: spec.repo ?? '' },
    ];
    const set = Object.entries(spec.set ?? {}).flatMap(([key, value]) => ['--set-string', `${key}=${value}`]);
    const containers = [{ name: 'helm', image: 'klipper-helm', args: ['install', ...set], env }];
    await this.ask('POST', this.jobs, {
      metadata: { name: `helm-install-${chart}` },
      spec: { backoffLimit: 1000, template: { spec: { restartPolicy: 'OnFailure', containers } } },
    });
    await this.status(this.chartPath(chart), { jobName: `helm-install-${chart}` });
  }

  async succeeds(chart: string): Promise<void> {
    const conditions = [condition('SuccessCriteriaMet'), condition('Complete')];
    await this.ends(chart, { succeeded: 1, completionTime: TIME, conditions });
  }

  async fails(chart: string): Promise<void> {
    await this.ends(chart, {
      conditions: [condition('FailureTarget', FAILED), condition('Failed', FAILED)],
    });
  }

  /** The job goes, as by its time to live. */
  async clears(chart: string): Promise<void> {
    await this.server.call('DELETE', `${this.jobs}/helm-install-${chart}?propagationPolicy=Background`);
  }

  private ends(chart: string, status: object): Promise<void> {
    return this.status(`${this.jobs}/helm-install-${chart}`, { startTime: TIME, ...status });
  }

  private async status(path: string, status: object): Promise<void> {
    await this.ask('PATCH', `${path}/status`, { status });
  }

  private get jobs(): string {
    return `/apis/batch/v1/namespaces/${this.namespace}/jobs`;
  }

  private chartPath(chart: string): string {
    return `/apis/helm.cattle.io/v1/namespaces/${this.namespace}/helmcharts/${chart}`;
  }

  private async ask(method: string, path: string, body?: object) {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await this.server.call(method, path, body && JSON.stringify(body), type);
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  }
}
