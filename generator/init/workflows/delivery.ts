import { type ActionSource, expression, own, type Stage } from './workflow.ts';

/** Written when an environment's droplet is made; without it nobody would know whom a delivery talks to. */
function pinnedKeys(environment: string): string {
  return `clusters/${environment}/known_hosts`;
}

/**
 * An environment whose secrets a job may see. GitHub would make a Deployment for each such job, also for one that only
 * looks or has nothing to deliver to: the action makes those that are true.
 */
export function secretsOf(name: string, reason = 'the action makes one when it delivers'): string {
  return `environment:\n  name: ${name}\n  deployment: false # ${reason}`;
}

export interface DeliveryStep {
  source: ActionSource;
  /** Title of the step. */
  title: string;
  /** Name of the environment; may be an expression of GitHub's. */
  environment: string;
  /** When the step runs at all; always if left out. */
  condition?: string;
  /** Inputs beyond those that every delivery has. */
  inputs?: Readonly<Record<string, string>>;
}

/** The step that reaches a cluster: the only one that sees its key. */
export function deliveryStep({ source, title, environment, condition, inputs = {} }: DeliveryStep): string {
  const all = {
    environment,
    ...inputs,
    'ssh-key': expression('secrets.DEPLOY_SSH_KEY'),
    token: expression('secrets.GITHUB_TOKEN'),
  };
  return [
    `- name: ${title}`,
    ...(condition === undefined ? [] : [`  if: ${condition}`]),
    `  uses: ${own(source, 'deploy')}`,
    '  with:',
    ...Object.entries(all).map(([name, value]) => `    ${name}: ${value}`),
  ].join('\n');
}

/** Whether an environment has a droplet, as a condition. */
export function hasHost({ name }: Stage): string {
  return expression(`hashFiles('${pinnedKeys(name)}') != ''`);
}

/** Says on the page of the run why nothing was done. */
export function noHostStep({ name }: Stage, consequence: string): string {
  return [
    '- name: There is no droplet yet',
    `  if: ${expression(`hashFiles('${pinnedKeys(name)}') == ''`)}`,
    `  run: echo 'There is no ${pinnedKeys(name)} yet, so ${consequence}.' >> "$GITHUB_STEP_SUMMARY"`,
  ].join('\n');
}
