import { at, mapping, texts, whole } from '../../fields.ts';
import type { Json } from '../../manifest.ts';
import { runsOn } from '../cluster/pod-template.ts';
import type { Rule } from '../rule.ts';

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
      for (const container of pod.containers.filter(runsOn)) {
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

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600 };

/** Seconds of `sleep N`, run directly or by a shell; fractions and units as coreutils and busybox know them. */
function sleepOf(command: Json | undefined): number | undefined {
  const [, amount, unit = 's'] =
    /(?:^|[\s/;&])sleep\s+(\d+(?:\.\d+)?)([smh])?(?![\w.])/.exec(texts(command).join(' ')) ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNITS[unit] ?? 1);
}
