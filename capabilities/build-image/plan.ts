import type { Attestations } from './contract.ts';
import type { Dockerfile } from './dockerfile.ts';

/** One build, decided: what is shown is what runs. */
export interface BuildPlan {
  repository: string;
  /** Full commit of the source. */
  revision: string;
  environments: readonly string[];
  /** Tags alone, e.g. `sha-989d2121ef86`. */
  tags: readonly string[];
  platforms: readonly string[];
  /** As `docker build` takes it. */
  context: string;
  dockerfile: Dockerfile;
  target?: string;
  args: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  /** Seconds; the time that files and the image get. */
  sourceDateEpoch?: number;
  /** Gives files that time, too; only newer BuildKits can. */
  rewriteTimestamps: boolean;
  cache: { from?: string; to?: string; reason: string };
  provenance: 'none' | 'min' | 'max';
  sbom: boolean;
  /** Of `provenance` and `sbom`. */
  attestationReason: Attestations['reason'];
  /** `load`: into the engine; `none`: only to see that it builds. */
  output: 'push' | 'load' | 'none';
  /** Environment variables that the builder may read as secrets of those names, for a private git context. */
  secrets: readonly string[];
  /** Whether the builder may use the SSH agent. */
  ssh: boolean;
}

export const references = ({ repository, tags }: BuildPlan) => tags.map((tag) => `${repository}:${tag}`);

/** The plan in words, one fact a line. */
export function describePlan(plan: BuildPlan, builder: string): string[] {
  const { dockerfile, cache } = plan;
  const wanted = [
    ...(plan.provenance === 'none' ? [] : [`provenance (${plan.provenance})`]),
    ...(plan.sbom ? ['SBOM'] : []),
  ];
  const facts: [string, string][] = [
    ['context', plan.context],
    [
      'Dockerfile',
      `${dockerfile.path} of ${dockerfile.from === 'context' ? 'the context' : 'this repository'}`,
    ],
    ['revision', plan.revision],
    ['platforms', plan.platforms.join(', ')],
    ['tags', plan.tags.join(', ')],
    [
      'cache',
      [cache.from, cache.to].some((each) => each !== undefined) ? cache.reason : `none: ${cache.reason}`,
    ],
    ['attestations', wanted.length > 0 ? wanted.join(', ') : `none: ${plan.attestationReason}`],
    ['builder', builder],
    ['result', { push: 'pushed', load: 'kept by the engine, not pushed', none: 'not kept' }[plan.output]],
  ];
  const head = `image ${plan.repository} for ${plan.environments.join(', ')}`;
  return [head, ...facts.map(([name, value]) => `  ${name.padEnd(13)}${value}`)];
}
