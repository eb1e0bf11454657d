import { at, items, text } from '../../fields.ts';
import type { Json } from '../../manifest.ts';
import { bytesOf } from '../../spec/quantity.ts';
import type { PodTemplate } from '../cluster/pod-template.ts';

/** Memory in bytes, processor time in cores. */
export interface Amount {
  memory: number;
  cpu: number;
}

/** What a pod without a request is taken for: it will use something. */
export const ASSUMED: Amount = { memory: 64 * 2 ** 20, cpu: 0.01 };

/**
 * What the scheduler sets aside for one pod: what it says for all of its containers together, or the most that runs at
 * any moment. That is all containers, or one init container beside the sidecars (init containers with
 * `restartPolicy: Always`) that began before it.
 */
export function podRequest({ containers, spec }: PodTemplate): Amount & { assumed: boolean } {
  const sidecars: Amount[] = [];
  const moments: Amount[] = [];
  for (const { data } of containers.filter(({ init }) => init)) {
    const request = requestOf(data.resources);
    if (data.restartPolicy === 'Always') sidecars.push(request);
    else moments.push(sum([...sidecars, request]));
  }
  const running = containers.filter(({ init }) => !init).map(({ data }) => requestOf(data.resources));
  moments.push(sum([...sidecars, ...running]));
  const whole = requestOf(spec.resources);
  const memory = whole.memory || Math.max(...moments.map((amount) => amount.memory));
  const cpu = whole.cpu || Math.max(...moments.map((amount) => amount.cpu));
  const assumed = memory === 0;
  return { memory: assumed ? ASSUMED.memory : memory, cpu: cpu === 0 ? ASSUMED.cpu : cpu, assumed };
}

function sum(amounts: readonly Amount[]): Amount {
  return {
    memory: amounts.reduce((total, { memory }) => total + memory, 0),
    cpu: amounts.reduce((total, { cpu }) => total + cpu, 0),
  };
}

/** `resources.requests`; a limit counts as the request where there is none, as Kubernetes has it. */
function requestOf(resources: Json | undefined): Amount {
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
