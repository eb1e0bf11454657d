import * as v from 'valibot';
import { type Problem, UserError } from '../errors.ts';
import { isMapping } from '../fields.ts';
import type { Place } from '../finding.ts';
import type { Json, JsonObject, Path } from '../manifest.ts';
import { nearest } from '../suggest.ts';
import { checkEnvironment, checkHostsAcross } from './check.ts';
import type { Environment } from './environment.ts';
import { type Mismatch, mismatches } from './issues.ts';
import { merge } from './merge.ts';
import { type EnvironmentSpec, environmentSpec, topOnly } from './schema/index.ts';
import { parseSource, type SpecSource } from './source.ts';
import { toEnvironment } from './to-environment.ts';

/** A read `lunchbox.yaml`: its environments, each resolved, and where every value came from. */
export interface Spec {
  file: string;
  /** Folder with templates of the user's own. */
  templates?: string;
  environments: ResolvedEnvironment[];
}

export interface ResolvedEnvironment {
  environment: Environment;
  /** Where in the spec the value at a path stands; undefined when it is a default. */
  origin(path: Path): Place | undefined;
  /** Where to point for the value at a path; its nearest ancestor when the spec does not hold it. */
  place(path: Path): Place;
  /** Why a value that nobody wrote is what it is, by path. */
  derived: ReadonlyMap<string, string>;
}

/** The text of a file that a spec names with `from`, or undefined when there is none. */
export type ReadFile = (path: string) => string | undefined;

/**
 * Reads and resolves a whole spec. Pure: `readFile` is the only way out, for `files: { PATH: { from: FILE } }`.
 * @throws UserError with every mistake in the spec, each with `file:line:column` and a remedy, not only the first.
 */
export function readSpec(file: string, text: string, readFile: ReadFile): Spec {
  const source = parseSource(file, text);
  const problems = new Problems();
  const { environments: overrides, templates, ...base } = source.value;

  for (const found of check(topSchema, source.value))
    problems.add(found, source.place(found.path, part(found)));
  const names = isMapping(overrides) ? Object.keys(overrides) : [];
  if (isMapping(overrides) && names.length === 0) {
    problems.add(
      { message: 'no environment is named', remedy: 'Add one, such as `staging: {}`.' },
      source.place(['environments']),
    );
  }
  for (const path of emptyValues(base, [])) {
    problems.add(
      { message: `\`${String(path.at(-1))}\` has no value`, remedy: 'Give it one, or remove the key.' },
      source.place(path, 'key'),
    );
  }

  const resolved: ResolvedEnvironment[] = [];
  for (const name of names) {
    const environment = resolve(source, base, name, readFile, problems);
    if (environment) resolved.push(environment);
  }
  for (const { name, path, ...problem } of checkHostsAcross(resolved.map((each) => each.environment))) {
    const owner = resolved.find((each) => each.environment.name === name);
    problems.add(problem, owner?.place(path) ?? source.place([]));
  }
  problems.throwIfAny();
  return { file, environments: resolved, ...(typeof templates === 'string' ? { templates } : {}) };
}

/** The environment of that name. @throws UserError that names the ones there are. */
export function environmentNamed(spec: Spec, name: string): ResolvedEnvironment {
  const found = spec.environments.find((each) => each.environment.name === name);
  if (found) return found;
  const names = spec.environments.map((each) => each.environment.name);
  const guess = nearest(name, names);
  throw new UserError({
    message: `${spec.file} has no environment \`${name}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
    remedy: `It has: ${names.join(', ')}.`,
  });
}

const topSchema = v.object({ ...environmentSpec.entries, ...topOnly });

function resolve(
  source: SpecSource,
  base: JsonObject,
  name: string,
  readFile: ReadFile,
  problems: Problems,
): ResolvedEnvironment | undefined {
  const override = isMapping(source.value.environments) ? source.value.environments[name] : undefined;
  const at = ['environments', name];
  if (override !== null && !isMapping(override)) {
    problems.add(
      {
        message: `environments.${name}: expected what differs there, as a mapping, or nothing`,
        remedy: `Write \`${name}: {}\`, and in it what differs.`,
      },
      source.place(at),
    );
    return undefined;
  }
  for (const key of ['app', 'templates', 'environments']) {
    if (override?.[key] === undefined) continue;
    problems.add(
      { message: `\`${key}\` is the same in every environment`, remedy: 'Move it to the top of the file.' },
      source.place([...at, key], 'key'),
    );
  }
  const merged = merge(base, override ?? {});
  const origin = (path: Path): Place | undefined => {
    if (source.has([...at, ...path])) return source.place([...at, ...path]);
    return source.has(path) ? source.place(path) : undefined;
  };
  const place = (path: Path, which: 'key' | 'value' = 'value'): Place => {
    for (let length = path.length; length > 0; length--) {
      const tail = path.slice(0, length);
      const whole = length === path.length;
      if (source.has([...at, ...tail])) return source.place([...at, ...tail], whole ? which : 'key');
      if (source.has(tail)) return source.place(tail, whole ? which : 'key');
    }
    return source.place(at, 'key');
  };

  const parsed = v.safeParse(environmentSpec, merged);
  // A key that is unknown at the top of the file has been reported there.
  const found = mismatches(environmentSpec, merged, parsed.issues ?? []).filter(
    (mismatch) => !(mismatch.unknown && mismatch.path.length === 1 && source.has(mismatch.path)),
  );
  for (const mismatch of found) problems.add(mismatch, place(mismatch.path, part(mismatch)));
  if (found.length > 0 || !parsed.success) return undefined;

  const { environment, derived, unreadable } = toEnvironment(
    name,
    parsed.output as EnvironmentSpec,
    readFile,
  );
  const wrong = [...unreadable, ...checkEnvironment(environment, parsed.output)];
  for (const { path, ...problem } of wrong) problems.add(problem, place(path));
  return wrong.length > 0 ? undefined : { environment, origin, place, derived };
}

function check(schema: v.GenericSchema, value: Json): Mismatch[] {
  const parsed = v.safeParse(schema, value);
  // What is missing from the base may stand in every environment.
  const lasting = ['app', 'environments'];
  return mismatches(schema, value, parsed.issues ?? []).filter(
    (found) => !found.missing || (found.path.length === 1 && lasting.includes(String(found.path[0]))),
  );
}

function part(found: Mismatch): 'key' | 'value' {
  return found.atKey ? 'key' : 'value';
}

function emptyValues(value: Json, path: Path): Path[] {
  if (value === null) return [path];
  if (Array.isArray(value)) return value.flatMap((item, index) => emptyValues(item, [...path, index]));
  return isMapping(value)
    ? Object.entries(value).flatMap(([key, inner]) => emptyValues(inner, [...path, key]))
    : [];
}

/** Collects problems; the same one seen in several environments is one problem. */
class Problems {
  private readonly byText = new Map<string, Problem>();

  add(problem: { message: string; remedy?: string }, place: Place): void {
    const { message, remedy } = problem;
    const key = `${place.line}:${place.column}:${message}`;
    if (!this.byText.has(key)) this.byText.set(key, { message, remedy, place });
  }

  throwIfAny(): void {
    const all = [...this.byText.values()];
    if (all.length === 0) return;
    all.sort((a, b) => order(a) - order(b));
    throw new UserError(all);
  }
}

function order(problem: Problem): number {
  return (problem.place?.line ?? 0) * 10_000 + Math.min(problem.place?.column ?? 0, 9_999);
}
