import { type EnvironmentSession, inEnvironment } from '../../adapters/environment-session.ts';
import { nodeRepository } from '../../adapters/node-repository.ts';
import type { ActionContext } from '../../capabilities/ports/action.ts';

/** The environment that the inputs name, and its cluster. */
export function inSession<T>(
  context: ActionContext,
  work: (session: EnvironmentSession) => Promise<T>,
): Promise<T> {
  const text = (name: string) => {
    const value = context.text(name);
    return value.trim() === '' ? undefined : value;
  };
  const [kubeconfig, knownHosts, sshKey] = [text('kubeconfig'), text('known-hosts'), text('ssh-key')];
  return inEnvironment(
    {
      repository: nodeRepository(context.root),
      root: context.root,
      environment: context.text('environment'),
      kubeconfig: kubeconfig === undefined ? undefined : { text: kubeconfig },
      context: text('context'),
      host: text('host'),
      knownHosts: knownHosts === undefined ? undefined : { file: 'known-hosts', text: knownHosts },
      sshKey: sshKey === undefined ? undefined : { text: sshKey },
    },
    context.env,
    work,
  );
}
