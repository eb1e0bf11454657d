import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import {
  type ReferenceCluster,
  startReferenceCluster,
} from '../../cluster/control-plane/reference-cluster.ts';
import {
  keyText,
  makeReferenceRepository,
  type ReferenceRepository,
  SECRET_VALUES,
} from '../../cluster/control-plane/reference-repository.ts';
import { type GitRepository, gitRepository } from '../../support/git.ts';
import { type GitHubServer, githubToken, startGitHub } from '../support/github-server.ts';
import { type ActionRun, runAction } from '../support/run-action.ts';
import { type Recorder, startRecorder } from './recorder.ts';

/** A key of the right look, which opens nothing. */
const SSH_KEY = `-----BEGIN OPENSSH PRIVATE KEY-----\n${'canarySSHkey4711'.repeat(4)}\n-----END OPENSSH PRIVATE KEY-----\n`;

/** The workflow of a repository at GitHub that delivers to a real control plane. */
export interface Workflow {
  cluster: ReferenceCluster;
  repository: ReferenceRepository;
  /** The branches as GitHub has them. */
  origin: GitRepository;
  github: GitHubServer;
  /** Everything that anybody else could read afterwards, by what it is. */
  published(): [name: string, text: string][];
  secrets: readonly string[];
  /** Records an image, renders, commits and pushes. @returns the commit */
  release(beginning: string): string;
  git(...args: string[]): string;
  /** @param cancelAt What the log says when somebody cancels the run */
  run(inputs?: Readonly<Record<string, string>>, cancelAt?: RegExp): Promise<ActionRun>;
  stop(): Promise<void>;
}

export async function startWorkflow(): Promise<Workflow> {
  const repository = makeReferenceRepository();
  const origin = gitRepository(['init', '-q', '--bare', '-b', 'main', '.']);
  const github = await startGitHub();
  github.git = origin.folder;
  const recorder: Recorder = await startRecorder(github.url);
  const cluster = await startReferenceCluster();
  const kubeconfig = readFileSync(cluster.plane.kubeconfig, 'utf8');
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: repository.folder, encoding: 'utf8' }).trim();
  const runs: ActionRun[] = [];
  let number = 41;
  return {
    cluster,
    repository,
    origin,
    github,
    secrets: [
      ...Object.values(SECRET_VALUES),
      ...[keyText(repository), SSH_KEY].map(withoutFrame),
      cluster.plane.access.token ?? '',
      githubToken,
    ],
    published: () => [
      ...runs.flatMap(({ log, err, outputs, summary }, index): [string, string][] => [
        [`log ${index}`, log],
        [`stderr ${index}`, err],
        [`outputs ${index}`, JSON.stringify(outputs)],
        [`summary ${index}`, summary],
      ]),
      ['requests', recorder.sent.join('\n')],
      ['branches', origin.git('log', '--all', '--patch', '--format=%B')],
    ],
    git,
    release(beginning) {
      repository.release(beginning);
      git('push', '--quiet', origin.folder, 'HEAD:main');
      return git('rev-parse', 'HEAD');
    },
    async run(inputs = {}, cancelAt) {
      number++;
      const run = await runAction('deploy', {
        workspace: repository.folder,
        cancelAt,
        inputs: {
          environment: 'staging',
          kubeconfig,
          'no-probe': 'true',
          'ssh-key': SSH_KEY,
          token: githubToken,
          ...inputs,
        },
        env: {
          GITHUB_API_URL: recorder.url,
          GITHUB_REF: 'refs/heads/main',
          GITHUB_RUN_ID: String(number),
          GITHUB_RUN_NUMBER: String(number),
          GITHUB_ACTOR: 'octocat',
          GITHUB_WORKFLOW_REF: 'acme/shop/.github/workflows/deploy.yml@refs/heads/main',
        },
      });
      // The runner takes these lines for itself.
      const log = run.log.replaceAll(/^::add-mask::.*\n/gm, '');
      runs.push({ ...run, log });
      return { ...run, log };
    },
    async stop() {
      await cluster.stop();
      await recorder.close();
      await github.close();
      repository.remove();
    },
  };
}

/** Of a private key in PEM, what makes it one. */
function withoutFrame(pem: string): string {
  return pem
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('-----'))
    .join('\n');
}
