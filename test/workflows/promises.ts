import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';

/* What this project promises of its workflows and of those that it generates, beyond what actionlint knows. */

export interface Broken {
  promise: string;
  line: number;
}

interface Step {
  name?: string;
  uses?: string;
  if?: string;
  env?: Record<string, unknown>;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  steps?: Step[];
  uses?: string;
  secrets?: unknown;
  env?: Record<string, unknown>;
  environment?: string | { name?: string; deployment?: boolean };
  concurrency?: { group?: string; 'cancel-in-progress'?: unknown };
}

const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
/** The token of a run may be used anywhere; what it may do stands beside the job. */
const SECRET = /\bsecrets\.(?!GITHUB_TOKEN\b)(\w+)/g;
/** An action that reaches a cluster. */
const DELIVERS = /^(?:\.|[\w.-]+\/[\w.-]+)\/actions\/deploy(?:@|$)/;
/** An action that reaches an account, and what it makes there. */
const PROVISIONS = /^(?:\.|[\w.-]+\/[\w.-]+)\/actions\/provision(?:@|$)/;
/** Environments of a person who started a run and one who approved it. */
const BY_HAND = /-(?:bootstrap|provision)$/;
/** Triggers that run with rights of the base on what a stranger wrote. */
const DANGEROUS = ['pull_request_target', 'workflow_run', 'issue_comment'];

/** Every promise that a workflow breaks. */
export function brokenPromises(text: string): Broken[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken: Broken[] = [];
  const say = (promise: string, node?: Node | null) => {
    broken.push({ promise, line: node?.range ? lines.linePos(node.range[0]).line : 1 });
  };
  const workflow = document.toJS() as {
    on?: unknown;
    permissions?: unknown;
    concurrency?: unknown;
    env?: unknown;
    jobs?: Record<string, Job>;
  };
  const triggers = typeof workflow.on === 'string' ? [workflow.on] : Object.keys(workflow.on ?? {});
  for (const trigger of triggers) if (DANGEROUS.includes(trigger)) say(`no ${trigger}`);
  if (JSON.stringify(workflow.permissions) !== '{}') say('permissions: {} at the top');
  if (workflow.concurrency === undefined) say('concurrency');
  for (const [secret] of JSON.stringify(workflow.env ?? {}).matchAll(SECRET))
    say(`no ${secret} for every job`);
  for (const [name, job] of Object.entries(workflow.jobs ?? {})) {
    const node = document.getIn(['jobs', name], true) as Node;
    if (job.permissions === undefined) say(`permissions of ${name}`, node);
    if (job['timeout-minutes'] === undefined) say(`timeout of ${name}`, node);
    if (job.secrets === 'inherit') say(`no inherited secrets in ${name}`, node);
    for (const permission of Object.keys(job.permissions ?? {})) {
      const value = document.getIn(['jobs', name, 'permissions', permission], true);
      if (!isScalar(value) || !value.comment?.trim())
        say(`a reason for ${permission} of ${name}`, value as Node);
    }
    checkSecrets(name, job, say, node);
    checkDelivery(name, job, say, node);
    checkProvisioning(name, job, triggers, say, node);
    if (writes(job) && triggers.includes('pull_request')) checkPrivileged(name, job, say, node);
  }
  checkUses(text, say);
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.key)) return;
      const value = isScalar(pair.value) ? String(pair.value.value) : '';
      if (pair.key.value === 'run' && value.includes('${{')) say('no expression inside run', pair.key);
      if (value.includes('toJSON(secrets)') || value.includes('toJson(secrets)'))
        say('no secrets all at once', pair.key);
    },
    Map(_, map) {
      const uses = map.get('uses');
      if (typeof uses !== 'string' || !uses.startsWith('actions/checkout@')) return;
      const inputs = map.get('with', true);
      if (!isMap(inputs) || inputs.get('persist-credentials') !== false)
        say('persist-credentials: false', map);
    },
  });
  return broken;
}

/** Pins are looked for in the text: a parser drops the comment that holds the version. */
function checkUses(text: string, say: (promise: string) => void): void {
  for (const line of text.split('\n')) {
    const [, uses = '', comment = ''] = /^\s*(?:- )?uses:\s*(\S+)\s*(.*)$/.exec(line) ?? [];
    if (uses === '' || uses.startsWith('./')) continue;
    if (!PINNED.test(uses)) say(`a full commit: ${uses}`);
    if (!/^# \S+/.test(comment)) say(`a version beside ${uses}`);
  }
}

function writes({ permissions = {} }: Job): boolean {
  return Object.values(permissions).includes('write');
}

/** A secret is of an environment, and only the step that needs it has it: as an input, which the action hides. */
function checkSecrets(
  name: string,
  { environment, env, steps = [] }: Job,
  say: (promise: string, node: Node) => void,
  node: Node,
): void {
  for (const [secret] of JSON.stringify(env ?? {}).matchAll(SECRET))
    say(`no ${secret} for all of ${name}`, node);
  for (const step of steps) {
    const { with: inputs = {}, ...rest } = step;
    for (const [secret] of JSON.stringify(rest).matchAll(SECRET))
      say(`${secret} only as an input in ${name}`, node);
    for (const [secret, id] of JSON.stringify(inputs).matchAll(SECRET)) {
      if (environment === undefined) say(`${secret} is of an environment in ${name}`, node);
      if (!DELIVERS.test(step.uses ?? '') && !PROVISIONS.test(step.uses ?? ''))
        say(`${secret} only where a cluster is reached in ${name}`, node);
      const of = typeof environment === 'object' ? environment.name : environment;
      // What opens every sealed value is not for a job that runs with each push.
      if ((id === 'SEALING_KEY' || id === 'OPERATOR_KEY') && !BY_HAND.test(of ?? ''))
        say(`${secret} in an environment of its own in ${name}`, node);
    }
  }
}

/** Whoever reaches a cluster does it alone, to the end, knowing which commit is the older one, and says itself what runs. */
function checkDelivery(
  name: string,
  { environment, concurrency, permissions = {}, steps = [] }: Job,
  say: (promise: string, node: Node) => void,
  node: Node,
): void {
  const step = steps.find(({ uses = '' }) => DELIVERS.test(uses));
  if (!step) return;
  if (typeof environment !== 'object' || environment.deployment !== false)
    say(`no Deployment but the action's in ${name}`, node);
  if (step.with?.mode === 'drift') {
    if (concurrency?.group?.startsWith('deploy'))
      say(`${name}, which only looks, in no queue of deliveries`, node);
    for (const [permission, right] of Object.entries(permissions))
      if (right === 'write' && permission !== 'issues') say(`${name} writes only an issue`, node);
    return;
  }
  if (
    concurrency?.group !== `deploy-${String(step.with?.environment)}` ||
    concurrency['cancel-in-progress'] !== false
  )
    say(`one at a time in ${name}`, node);
  const history = steps.some(
    ({ uses = '', with: inputs }) => uses.startsWith('actions/checkout@') && inputs?.['fetch-depth'] === 0,
  );
  if (!history) say(`the whole history in ${name}`, node);
  if (permissions.deployments !== 'write') say(`deployments: write in ${name}`, node);
}

/** An account is changed by hand, alone, to the end, after an approval, and exactly as was planned; looking needs none of it. */
function checkProvisioning(
  name: string,
  { environment, concurrency, permissions = {}, steps = [] }: Job,
  triggers: readonly string[],
  say: (promise: string, node: Node) => void,
  node: Node,
): void {
  const step = steps.find(({ uses = '' }) => PROVISIONS.test(uses));
  if (!step) return;
  const { with: inputs = {} } = step;
  if (triggers.join() !== 'workflow_dispatch') say('provisioning only by hand', node);
  if (typeof environment !== 'object' || environment.deployment !== false)
    say(`no Deployment of ${name}, which delivers nothing`, node);
  const of = typeof environment === 'object' ? environment.name : environment;
  if ((permissions.contents === 'write') !== (inputs.commit === true))
    say(`${name} writes to the repository only to commit`, node);
  if (inputs['dry-run'] === true) {
    if (!of?.endsWith('-plan')) say(`a look of ${name} in an environment of its own`, node);
    return;
  }
  if (!of?.endsWith('-provision')) say(`a reviewer of ${name}`, node);
  if (!/^\$\{\{ needs\.\w+\.outputs\.digest \}\}$/.test(String(inputs['expect-digest'])))
    say(`${name} does only what was planned`, node);
  if (
    concurrency?.group !== `deploy-${String(inputs.environment)}` ||
    concurrency['cancel-in-progress'] !== false
  )
    say(`one at a time in ${name}`, node);
  if (inputs.mode === 'destroy') {
    if (inputs.confirm === undefined) say(`${name} asks for the name`, node);
    return;
  }
  const keeps = steps.some(
    ({ uses = '', if: condition = '' }) =>
      uses.startsWith('actions/upload-artifact@') && condition.includes('always()'),
  );
  if (!keeps) say(`${name} keeps the log, also of a failure`, node);
}

/** A job of a pull request that may write runs nothing that the pull request could have changed. */
function checkPrivileged(
  name: string,
  { steps = [] }: Job,
  say: (promise: string, node: Node) => void,
  node: Node,
): void {
  let base = false;
  for (const { uses = '', run, with: inputs = {} } of steps) {
    if (uses.startsWith('actions/checkout@')) {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's.
      base = inputs.ref === '${{ github.event.pull_request.base.sha }}';
      if (!base) say(`${name} checks out the base`, node);
    }
    if (run !== undefined && !base) say(`${name} runs no code of the pull request`, node);
    if (uses.startsWith('./') && !base) say(`${name} runs no action of the pull request`, node);
  }
}

/** What a composite action breaks: pins, and expressions inside `run`. */
export function brokenInComposite(text: string): Broken[] {
  const broken: Broken[] = [];
  const say = (promise: string) => broken.push({ promise, line: 1 });
  checkUses(text, say);
  const document = parseDocument(text);
  visit(document, (_, node) => {
    if (
      isPair(node) &&
      isScalar(node.key) &&
      node.key.value === 'run' &&
      String(isScalar(node.value) ? node.value.value : '').includes('${{')
    )
      say('no expression inside run');
  });
  return broken;
}
