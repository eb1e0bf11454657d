import { RISKS } from '../generator/diff/risk.ts';
import { riskRules } from '../generator/diff/risks/index.ts';
import { UserError } from '../generator/errors.ts';
import { isMapping } from '../generator/fields.ts';
import type { Place } from '../generator/finding.ts';
import type { Json, Path } from '../generator/manifest.ts';
import { nameOf } from '../generator/spec/issues.ts';
import { environmentNamed, type ResolvedEnvironment } from '../generator/spec/read-spec.ts';
import { nearest } from '../generator/suggest.ts';
import type { RuleInfo } from '../generator/validate/formats/sarif.ts';
import { ruleInfos } from '../generator/validate/validate.ts';
import { loadSpec, type Repository } from './repository.ts';

/** Where a value came from: a line of the spec, a short form there, a default, or a reason. */
export interface Explanation {
  path: string;
  value: Json;
  from: { place: Place } | { default: true } | { because: string };
}

/** What a rule of validation and a risk of a review mean; a name may be both, and empty means neither. */
export function explainRule(id: string): (Omit<RuleInfo, 'fix'> & { fix?: string })[] {
  const risks = riskRules.map(({ risk, summary, why }) => ({ id: risk, summary, why }));
  return [...ruleInfos, ...risks].filter((rule) => rule.id === id);
}

/**
 * Every single value at or below a path of an environment, and where each came from.
 * @param path As in `workloads.web.replicas`; list positions as `hosts[0]` or `hosts.0`; empty for everything.
 * @throws UserError for an unknown environment or path, with the near one.
 */
export function explain(input: { environment: string; path: string }, repository: Repository): Explanation[] {
  const spec = loadSpec(repository);
  let resolved: ResolvedEnvironment;
  try {
    resolved = environmentNamed(spec, input.environment);
  } catch (error) {
    // With a path it can only be an environment.
    if (input.path !== '' || !(error instanceof UserError)) throw error;
    const names = spec.environments.map(({ environment }) => environment.name);
    const guess = nearest(input.environment, [...names, ...ruleInfos.map(({ id }) => id), ...RISKS]);
    throw new UserError({
      message: `\`${input.environment}\` is neither an environment nor a rule nor a risk${guess ? `; did you mean \`${guess}\`?` : ''}`,
      remedy: `${spec.file} has the environments ${names.join(', ')}. Findings of \`lunchbox validate\` name their rule, reviews their risk.`,
    });
  }
  const path = parsePath(input.path);
  const value = lookUp(explainable(resolved), path, resolved.environment.name);
  return leaves(value, path).map(({ path: leaf, value: found }) => ({
    path: nameOf(leaf),
    value: found,
    from: originOf(resolved, leaf),
  }));
}

/** The environment in the shape of the spec: lists of named things become mappings again. */
function explainable({ environment }: ResolvedEnvironment): Json {
  const { name: _, workloads, ...rest } = environment;
  const named = workloads.map(({ name, volumes, ...workload }) => [
    name,
    { ...workload, volumes: Object.fromEntries(volumes.map(({ name: volume, ...each }) => [volume, each])) },
  ]);
  return JSON.parse(JSON.stringify({ ...rest, workloads: Object.fromEntries(named) })) as Json;
}

function parsePath(path: string): Path {
  const parts = path.match(/\["(?:[^"\\]|\\.)*"\]|\[\d+\]|[^.[\]]+/g) ?? [];
  return parts.map((part) => {
    if (part.startsWith('["')) return JSON.parse(part.slice(1, -1)) as string;
    const index = /^\[?(\d+)\]?$/.exec(part)?.[1];
    return index === undefined ? part : Number(index);
  });
}

function lookUp(root: Json, path: Path, environment: string): Json {
  let value = root;
  for (const [depth, part] of path.entries()) {
    const next: Json | undefined = Array.isArray(value)
      ? value[Number(part)]
      : isMapping(value)
        ? value[String(part)]
        : undefined;
    if (next === undefined) {
      const known = isMapping(value) ? Object.keys(value) : [];
      const guess = nearest(String(part), known);
      throw new UserError({
        message: `${environment} has no value \`${nameOf(path.slice(0, depth + 1))}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
        remedy: known.length > 0 ? `There: ${known.join(', ')}.` : 'Leave the path out to see everything.',
      });
    }
    value = next;
  }
  return value;
}

function leaves(value: Json, path: Path): { path: Path; value: Json }[] {
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((item, index) => leaves(item, [...path, index]));
  if (isMapping(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
  return [{ path, value }];
}

function originOf({ origin, derived }: ResolvedEnvironment, path: Path): Explanation['from'] {
  const place = origin(path);
  if (place) return { place };
  const because = derived.get(JSON.stringify(path));
  if (because !== undefined) return { because };
  const short = shortForm(origin, path);
  return short ? { place: short } : { default: true };
}

/** Short forms hold several values in one: `image: repo:tag`, `health: /healthz`, `redis: embedded`, `hosts: [name]`. */
function shortForm(origin: ResolvedEnvironment['origin'], path: Path): Place | undefined {
  const [first, second, third] = path;
  if (first === 'image' || (first === 'redis' && second === 'mode')) return scalarAt(origin, [first], path);
  if (first === 'hosts' && second !== undefined) return origin([first, second]);
  if (first !== 'workloads' || second === undefined || third === undefined) return undefined;
  const workload = [first, second];
  if (third === 'probes' && path[4] !== undefined && ['path', 'headers', 'port'].includes(String(path[4]))) {
    return (
      origin([...workload, 'health', path[4]]) ??
      (path[4] === 'path' ? origin([...workload, 'health']) : origin([...workload, String(path[4])]))
    );
  }
  if (third === 'cron' && path[3] !== undefined) return origin([...workload, path[3]]);
  if (third === 'image')
    return (
      origin([...workload, 'image']) ??
      origin(['image', ...path.slice(3)]) ??
      scalarAt(origin, ['image'], path)
    );
  if (third === 'env' || third === 'secrets')
    return origin([third, ...path.slice(3)]) ?? origin([...workload, third]);
  if (third === 'resources' && path[3] === 'limits' && path[4] === 'memory')
    return origin([...workload, 'resources', 'memory']);
  return undefined;
}

/** Only `repository`, `tag`, `digest` and `mode` stand in a short form; the rest of the long form is defaults. */
function scalarAt(origin: ResolvedEnvironment['origin'], path: Path, leaf: Path): Place | undefined {
  return ['repository', 'tag', 'digest', 'mode'].includes(String(leaf.at(-1))) &&
    !origin([...path, 'repository'])
    ? origin(path)
    : undefined;
}
