import type { Builder } from './builder.ts';
import type { BuildImagePorts, CacheInput } from './contract.ts';
import type { BuildPlan } from './plan.ts';

/** Which cache the build reads and fills, and why. GitHub's is there only inside a job, and only for actions. */
export function cacheFor(
  wanted: CacheInput,
  repository: string,
  builder: Builder,
  env: BuildImagePorts['env'],
): BuildPlan['cache'] {
  if (wanted === 'none') return { reason: 'not asked for' };
  if (builder.kind === 'docker') return { reason: builder.reason };
  if (wanted !== 'gha') {
    return {
      ...(wanted.from === undefined ? {} : { from: wanted.from }),
      ...(wanted.to === undefined || !builder.capable ? {} : { to: wanted.to }),
      reason: [
        ...(wanted.from === undefined ? [] : [`from ${wanted.from}`]),
        ...(wanted.to === undefined
          ? []
          : [builder.capable ? `to ${wanted.to}` : 'not filled: this builder cannot']),
      ].join(', '),
    };
  }
  if (!env.ACTIONS_RUNTIME_TOKEN || !(env.ACTIONS_RESULTS_URL || env.ACTIONS_CACHE_URL))
    return { reason: "GitHub's cache is not there (no ACTIONS_RUNTIME_TOKEN)" };
  if (!builder.capable) return { reason: "this builder cannot use GitHub's cache" };
  // A scope for each image: in one scope they would overwrite each other's.
  const scope = `lunchbox-${repository.replace(/[^A-Za-z0-9_.-]+/g, '-')}`;
  return {
    from: `type=gha,scope=${scope}`,
    to: `type=gha,mode=max,scope=${scope},ignore-error=true`,
    reason: `GitHub's, scope ${scope}`,
  };
}
