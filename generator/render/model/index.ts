import type { Environment } from '../../spec/environment.ts';
import { appObjects } from './app.ts';
import { ingressObjects } from './ingress.ts';
import type { ObjectSpec } from './object.ts';
import { platformObjects } from './platform.ts';
import { redisObjects } from './redis.ts';
import type { RenderInputs } from './render-inputs.ts';
import { workloadObjects } from './workload.ts';

/** Every object that an environment consists of, before a single byte is rendered. */
export function objectsOf(environment: Environment, inputs: RenderInputs): ObjectSpec[] {
  return [
    ...platformObjects(environment),
    ...appObjects(environment, inputs),
    ...redisObjects(environment, inputs),
    ...environment.workloads.flatMap((workload) => workloadObjects(environment, workload, inputs)),
    ...ingressObjects(environment),
  ];
}
