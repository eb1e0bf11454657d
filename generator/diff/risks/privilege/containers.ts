import { at, items, mapping, text, texts, whole } from '../../../fields.ts';
import type { JsonObject, Path } from '../../../manifest.ts';
import type { Container, PodTemplate } from '../../../validate/cluster/pod-template.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { comingPods, containerPairs } from '../pods.ts';
import { listed } from '../words.ts';

/** Something that a container may do, or is no longer kept from. */
interface Privilege {
  message: string;
  at: Path;
  /** It has it because nothing is said, not because it is asked for. */
  unsaid?: string;
}

/** What containerd gives a container that drops nothing. */
const DEFAULT_CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);
const DEFAULT_IDS = new Set([...DEFAULT_CAPABILITIES].map((name) => `add ${name}`));

/** Containers that may do more than before; all that a new one may do. */
export function* containerPrivileges(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before, after } of comingPods(context)) {
    for (const pair of containerPairs(before, after)) {
      if (!pair.after) continue;
      const held = pair.before && before ? privilegesOf(before, pair.before) : new Map<string, Privilege>();
      const hasDefaults = held.has('drop');
      const fresh = [...privilegesOf(after, pair.after)]
        .filter(([id]) => !held.has(id) && !(hasDefaults && DEFAULT_IDS.has(id)))
        // The strictest pod-security level grants it too.
        .filter(([id]) => pair.before || id !== 'add NET_BIND_SERVICE')
        .map(([, each]) => each);
      const unsaid = fresh.flatMap((each) => each.unsaid ?? []);
      // A new container that says nothing about its security is one line, not four.
      if (!pair.before && unsaid.length > 0)
        yield hit(
          change,
          [...pair.after.path, 'securityContext'],
          `container ${pair.after.name} ${listed(unsaid, 9)}: nothing keeps it from that`,
        );
      for (const { message, at: way, unsaid: silent } of fresh) {
        if (!pair.before && silent !== undefined) continue;
        yield hit(change, way, `container ${pair.after.name} ${message}`);
      }
    }
    yield* writable(change, before, after);
  }
}

function privilegesOf(pod: PodTemplate, { data, path }: Container): Map<string, Privilege> {
  const found = new Map<string, Privilege>();
  const context = mapping(data.securityContext);
  const shared = mapping(pod.spec.securityContext);
  const way = (field: string): Path =>
    context[field] === undefined && shared[field] !== undefined
      ? [...pod.path, 'securityContext', field]
      : [...path, 'securityContext', field];
  const setting = (field: string) => context[field] ?? shared[field];
  const add = (id: string, field: string, message: string, unsaid?: string) =>
    found.set(id, { message, at: way(field), ...(unsaid === undefined ? {} : { unsaid }) });

  if (context.privileged === true)
    add('privileged', 'privileged', 'is privileged: whoever breaks into it owns the node');
  const capabilities = mapping(context.capabilities);
  const dropsAll = texts(capabilities.drop).some((name) => capability(name) === 'ALL');
  for (const name of texts(capabilities.add)) {
    if (dropsAll || !DEFAULT_CAPABILITIES.has(capability(name)))
      add(`add ${capability(name)}`, 'capabilities', `gets the capability ${name}`);
  }
  if (!dropsAll)
    add('drop', 'capabilities', 'no longer drops all capabilities', 'keeps the default capabilities');
  if (context.allowPrivilegeEscalation === true)
    add('escalation', 'allowPrivilegeEscalation', 'may gain more privileges than it starts with');
  else if (context.allowPrivilegeEscalation !== false)
    add(
      'escalation',
      'allowPrivilegeEscalation',
      'may gain more privileges than it starts with',
      'may gain privileges',
    );
  user(setting, add);
  const seccomp = text(at(setting('seccompProfile'), 'type'));
  if (seccomp === 'Unconfined')
    add('seccomp', 'seccompProfile', 'may make every system call (seccomp Unconfined)');
  else if (seccomp === undefined)
    add('seccomp', 'seccompProfile', 'has no seccomp profile any more', 'has no seccomp profile');
  if (text(at(setting('appArmorProfile'), 'type')) === 'Unconfined')
    add('apparmor', 'appArmorProfile', 'is no longer held by AppArmor (Unconfined)');
  if (context.procMount === 'Unmasked') add('proc', 'procMount', 'sees all of /proc (procMount Unmasked)');
  if (at(setting('windowsOptions'), 'hostProcess') === true)
    add('host process', 'windowsOptions', 'runs as a process of the node (hostProcess)');
  for (const { item, index } of items(data.ports)) {
    const port = whole(item.hostPort);
    if (port)
      found.set(`hostPort ${port}`, {
        message: `listens on port ${port} of the node itself (hostPort)`,
        at: [...path, 'ports', index, 'hostPort'],
      });
  }
  return found;
}

/** Its name as the kernel has it, without `CAP_`. */
function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}

function user(
  setting: (field: string) => JsonObject[string] | undefined,
  add: (id: string, field: string, message: string, unsaid?: string) => void,
): void {
  const id = setting('runAsUser');
  if (id === 0) add('root', 'runAsUser', 'runs as root (runAsUser 0)');
  else if (setting('runAsNonRoot') === false)
    add('root', 'runAsNonRoot', 'may run as root (runAsNonRoot false)');
  else if (setting('runAsNonRoot') !== true && whole(id) === undefined)
    add('root', 'runAsNonRoot', 'may run as root: runAsNonRoot is not set any more', 'may run as root');
  if (setting('runAsGroup') === 0)
    add('root group', 'runAsGroup', 'runs in the group of root (runAsGroup 0)');
}

/** A root file system that could not be written before. */
function* writable(
  change: RiskHit['change'],
  before: PodTemplate | undefined,
  after: PodTemplate,
): Iterable<RiskHit> {
  if (!change || !before) return;
  const way = ['securityContext', 'readOnlyRootFilesystem'];
  for (const pair of containerPairs(before, after)) {
    if (!pair.before || !pair.after) continue;
    if (at(pair.before.data, ...way) === true && at(pair.after.data, ...way) !== true)
      yield hit(
        change,
        { before: [...pair.before.path, ...way], after: [...pair.after.path, ...way] },
        `container ${pair.after.name} may write to its own file system (readOnlyRootFilesystem is off)`,
      );
  }
}
