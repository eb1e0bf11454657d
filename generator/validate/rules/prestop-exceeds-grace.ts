import type { Json } from '../../manifest.ts';
import type { Rule } from '../rule.ts';
import { at, mapping, texts, whole } from '../cluster/fields.ts';

/** Kubernetes' default, in seconds. */
const DEFAULT_GRACE = 30;

export const prestopExceedsGrace: Rule = {
  id: 'prestop-exceeds-grace',
  severity: 'error',
  summary: 'A pod is killed before its preStop pause is over',
  why: 'The grace period begins before preStop, not after it. The app never gets the signal to finish its requests: all of them are cut off, at every rollout.',
  fix: 'Make `terminationGracePeriodSeconds` the preStop pause plus the longest request plus 5 seconds.',
  *check(cluster) {
    for (const pod of cluster.podTemplates) {
      const grace = whole(pod.spec.terminationGracePeriodSeconds) ?? DEFAULT_GRACE;
      for (const container of pod.containers) {
        const preStop = mapping(at(container.data, 'lifecycle', 'preStop'));
        const pause = whole(at(preStop, 'sleep', 'seconds')) ?? sleepOf(at(preStop, 'exec', 'command'));
        if (pause === undefined || pause < grace) continue;
        yield {
          manifest: pod.manifest,
          at: [...container.path, 'lifecycle', 'preStop'],
          message: `container ${container.name} of ${pod.kind}/${pod.name} pauses ${pause} s before it stops, but is killed after ${grace} s`,
        };
      }
    }
  },
};

/** Seconds of `sleep N`, run directly or by a shell. */
function sleepOf(command: Json | undefined): number | undefined {
  const seconds = /(?:^|[\s/;&])sleep\s+(\d+)/.exec(texts(command).join(' '))?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
