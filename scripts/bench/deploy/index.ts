import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiServer, startApiServer } from '../../../test/cluster/api-server.ts';
import { kubeconfigOf } from '../../../test/cluster/control-plane/control-plane.ts';
import { type FaultProxy, startFaultProxy } from '../../../test/faults/fault-proxy.ts';
import { completeRollouts } from '../../../test/faults/rollouts.ts';
import type { Contender, Program } from './contenders.ts';
import { workload } from './workload.ts';

/** What is delivered into a namespace, one after the other, and the image of its first app. */
const DELIVERIES = { first: '1', 'nothing changed': '1', 'one image': '2' } as const;
export type Scenario = keyof typeof DELIVERIES;
export const SCENARIOS = Object.keys(DELIVERIES) as Scenario[];

/** One tool, delivering so many objects. */
export interface Row {
  tool: string;
  count: number;
  figures: Record<Scenario, Figures>;
}

export interface Figures {
  /** Median wall time of the whole process. */
  milliseconds: number;
  calls: number;
  /** Calls that changed something. */
  writes: number;
}

/**
 * The same manifests, delivered to the same API server by each tool, with no controller running: Deployments count as
 * rolled out as soon as they are written. Calls are counted in a run of their own, through a proxy.
 * @param runs Runs that are timed; one before them warms the caches.
 */
export async function compareDeliveries(
  contenders: readonly Contender[],
  counts: readonly number[],
  runs: number,
  scratch: string,
): Promise<Row[]> {
  const server = await startApiServer();
  const rollouts = completeRollouts(server);
  const proxy = await startFaultProxy(server.access);
  try {
    const rows: Row[] = [];
    for (const count of counts)
      for (const contender of contenders)
        rows.push({
          tool: contender.name,
          count,
          figures: await measure(contender, count, runs, { server, proxy, scratch }),
        });
    return rows;
  } finally {
    await rollouts.stop();
    await proxy.close();
    await server.stop();
  }
}

interface Lab {
  server: ApiServer;
  proxy: FaultProxy;
  scratch: string;
}

let namespaces = 0;

async function measure(
  contender: Contender,
  count: number,
  runs: number,
  { server, proxy, scratch }: Lab,
): Promise<Row['figures']> {
  const kubeconfigs = { direct: join(scratch, 'direct.json'), counted: join(scratch, 'counted.json') };
  writeFileSync(kubeconfigs.direct, kubeconfigOf(server));
  writeFileSync(kubeconfigs.counted, kubeconfigOf(proxy));
  /** All deliveries, into a namespace of their own. */
  const round = async (kubeconfig: string, each: (scenario: Scenario, milliseconds: number) => void) => {
    const namespace = `bench-${++namespaces}`;
    const folder = join(scratch, namespace);
    await makeNamespace(server, namespace, contender.adopts?.(namespace));
    for (const scenario of SCENARIOS) {
      contender.write(folder, workload(count, namespace, DELIVERIES[scenario]));
      const program = contender.deliver(folder, kubeconfig, namespace);
      proxy.arm();
      const begun = performance.now();
      await run(program, join(scratch, 'home'));
      each(scenario, performance.now() - begun);
    }
  };
  const times: Record<Scenario, number[]> = { first: [], 'nothing changed': [], 'one image': [] };
  await round(kubeconfigs.direct, () => undefined);
  for (let index = 0; index < runs; index++)
    await round(kubeconfigs.direct, (scenario, milliseconds) => times[scenario].push(milliseconds));
  const figures: Partial<Row['figures']> = {};
  // Caches of a tool are by the server's address.
  await round(kubeconfigs.counted, () => undefined);
  await round(kubeconfigs.counted, (scenario) => {
    figures[scenario] = {
      milliseconds: median(times[scenario]),
      calls: proxy.calls(),
      writes: proxy.committed().filter(({ path }) => !/[?&]dryRun=All/.test(path)).length,
    };
  });
  return figures as Row['figures'];
}

/** Made before, as a server under load refuses objects of a namespace that it has only just made. */
async function makeNamespace({ call }: ApiServer, name: string, more = {}): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...more } };
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  await call('POST', '/api/v1/namespaces', JSON.stringify(namespace));
  for (let attempt = 0; attempt < 100; attempt++) {
    const { status } = await call(
      'POST',
      `/api/v1/namespaces/${name}/serviceaccounts`,
      JSON.stringify(account),
    );
    if (status === 201) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing can be made in namespace ${name}`);
}

function run({ program, args, cwd }: Program, home: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      // No settings, caches or plugins of whoever measures.
      env: { PATH: process.env.PATH, HOME: home },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
      });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ${args.join(' ')}: exit ${code}\n${said}`)),
    );
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
