import type { JsonObject } from '../../../generator/manifest.ts';
import { notReady } from '../../../generator/provision/machine/cluster-state.ts';
import type { MachineRun } from './contract.ts';
import { MachineFailed } from './failure.ts';
import { askUntil, command, quoteEnd } from './remote.ts';
import { stage } from './stage.ts';

/** Waits until the cluster answers, its node is ready, and what k3s itself starts is there. */
export async function awaitCluster(run: MachineRun): Promise<void> {
  await stage(run, 'k3s', async (until) => {
    let asked = 0;
    const kubectl = async (args: string) => command(run, 'k3s', until, `k3s kubectl ${args}`);
    await askUntil(
      run,
      'k3s',
      until,
      async () => {
        asked++;
        const ready = await kubectl('get --raw /readyz');
        if (ready.code !== 0) return `the API server is not ready: ${quoteEnd(ready.stderr, 1).trim()}`;
        const [nodes, deployments] = [
          await kubectl('get nodes -o json'),
          await kubectl('get deployments --namespace kube-system -o json'),
        ];
        if (nodes.code !== 0 || deployments.code !== 0) return 'the API server does not answer';
        return notReady(json(nodes.stdout), json(deployments.stdout)) ?? { answer: true };
      },
      'See on the machine what k3s waits for: `systemctl status k3s`, `k3s kubectl get pods -A`.',
    );
    return { outcome: asked === 1 ? 'already' : 'done' };
  });
}

/** Nobody but nodes and pods may come here, however it is reached: the API, the kubelet, etcd, node ports. */
const CLOSED_PORTS = [6443, 10250, 2379, 2380, 30000, 31234, 32767];
const OPEN_PORTS = [22, 80, 443];

/** Knocks from here, which is outside: only SSH and the ingress may answer. */
export async function provePorts(run: MachineRun): Promise<void> {
  await stage(run, 'ports', async (until) => {
    const { host, port = 22 } = run.request;
    const { knock } = run.ports;
    const wanted = OPEN_PORTS.map((each) => (each === 22 ? port : each));
    const knockAll = async (ports: readonly number[]) =>
      Promise.all(ports.map(async (each) => ({ port: each, outcome: await knock(host, each) })));
    await askUntil(
      run,
      'ports',
      until,
      async () => {
        const closed = (await knockAll(wanted)).filter(({ outcome }) => outcome !== 'open');
        if (closed.length > 0) return `nothing answers at ${names(closed)} yet`;
        const answer = await knock(host, 80, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
        return answer === 'answered' ? { answer } : 'port 80 takes connections, and nobody answers yet';
      },
      'See that the ingress runs (`k3s kubectl get pods -n kube-system`), and that the cloud firewall lets 80 and 443 in.',
    );
    // A firewall that is being loaded may let one through: what is still open at the second look, is.
    let open = (await knockAll(CLOSED_PORTS)).filter(isOpen);
    if (open.length > 0) {
      await run.ports.clock.sleep(5_000, run.ports.signal);
      open = (await knockAll(open.map((each) => each.port))).filter(isOpen);
    }
    if (open.length === 0)
      return { outcome: 'done', note: `${CLOSED_PORTS.length} closed, ${wanted.length} open` };
    throw new MachineFailed({
      message: `${host} answers from outside at ${names(open)}, where nobody but the cluster itself may come in`,
      remedy:
        "See that the cloud firewall is attached to the droplet's tag and lets in 22, 80 and 443 alone, and the firewall of NixOS likewise. Then run this again.",
    });
  });
}

function isOpen({ outcome }: { outcome: string }): boolean {
  return outcome === 'open' || outcome === 'answered';
}

function names(ports: readonly { port: number }[]): string {
  return ports.map(({ port }) => port).join(', ');
}

function json(bytes: Uint8Array): JsonObject {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as JsonObject;
  } catch {
    return {};
  }
}
