import type { Json } from '../../manifest.ts';
import { bytesOf } from '../../spec/quantity.ts';
import { at, items, text } from '../cluster/fields.ts';
import type { PodTemplate } from '../cluster/pod-template.ts';

/** Memory in bytes, processor time in cores. */
export interface Amount {
  memory: number;
  cpu: number;
}

/** What a pod without a request is taken for: it will use something. */
export const ASSUMED: Amount = { memory: 64 * 2 ** 20, cpu: 0.01 };

/**
 * What the scheduler sets aside for one pod: the sum over its containers, or the largest init container if that is
 * more; init containers with `restartPolicy: Always` run on beside the others.
 */
export function podRequest(pod: PodTemplate): Amount & { assumed: boolean } {
  const sidecar = (data: Readonly<Record<string, Json>>) => data.restartPolicy === 'Always';
  const requests = pod.containers.map(({ data, init }) => ({
    ...requestOf(data.resources),
    init: init && !sidecar(data),
  }));
  const running = requests.filter(({ init }) => !init);
  const starting = requests.filter(({ init }) => init);
  const sum = (of: (amount: Amount) => number) => running.reduce((total, amount) => total + of(amount), 0);
  const most = (of: (amount: Amount) => number) => Math.max(0, ...starting.map(of));
  const memory = Math.max(
    sum((amount) => amount.memory),
    most((amount) => amount.memory),
  );
  const cpu = Math.max(
    sum((amount) => amount.cpu),
    most((amount) => amount.cpu),
  );
  const assumed = memory === 0;
  return { memory: assumed ? ASSUMED.memory : memory, cpu: cpu === 0 ? ASSUMED.cpu : cpu, assumed };
}

/** `resources.requests`; a limit counts as the request where there is none, as Kubernetes has it. */
export function requestOf(resources: Json | undefined): Amount {
  const amount = (name: string) =>
    quantity(at(resources, 'requests', name)) ?? quantity(at(resources, 'limits', name)) ?? 0;
  return { memory: amount('memory'), cpu: amount('cpu') };
}

/** Adds up every `resources` in the values of a chart, however deep. */
export function requestsInValues(values: Json | undefined): Amount {
  const total: Amount = { memory: 0, cpu: 0 };
  const add = ({ memory, cpu }: Amount) => {
    total.memory += memory;
    total.cpu += cpu;
  };
  const visit = (value: Json | undefined): void => {
    if (Array.isArray(value)) for (const { item } of items(value)) visit(item);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'resources') add(requestOf(inner));
        else visit(inner);
      }
    }
  };
  visit(values);
  return total;
}

function quantity(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  const written = text(value);
  if (written === undefined) return undefined;
  try {
    return bytesOf(written);
  } catch {
    // The schema check says that it is no quantity.
    return undefined;
  }
}
