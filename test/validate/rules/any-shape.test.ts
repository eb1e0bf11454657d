import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../generator/manifest.ts';
import { buildCluster } from '../../../generator/validate/cluster/cluster.ts';
import { locate } from '../../../generator/validate/locate.ts';
import { readManifests } from '../../../generator/validate/read-manifests.ts';
import { type RuleViolation, runRules } from '../../../generator/validate/run-rules.ts';
import { Environment } from './environment.ts';

type Tree = Record<string, unknown>;

/** Names that rules know, so that random data reaches deep into them. */
const KEYS = [
  ...new Set(
    JSON.stringify(new Environment().objects)
      .match(/"[\w./-]+"(?=:)/g)
      ?.map((key) => key.slice(1, -1)),
  ),
];

const SMALL = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    1,
    -1,
    8080,
    1.5,
    1e300,
    '',
    'web',
    'shop',
    '100%',
    '-5%',
    'http',
    '__proto__',
    '10.42.0.0/99',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const ANY = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    SMALL,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS, '__proto__', 'constructor', 'toString', 'items'), tie('any'), {
      maxKeys: 4,
    }),
  ),
})).any;

/** Every place in a tree, as keys and indexes. */
function paths(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, child]) => paths(child, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy: Tree | unknown[] = Array.isArray(value) ? [...value] : { ...(value as Tree) };
  (copy as Tree)[key] = replaced((copy as Tree)[key], rest, by);
  return copy;
}

const BASE: readonly unknown[] = new Environment().objects;

/** Objects that a run left as they are need not be read again. */
const read = new Map<unknown, Manifest[]>();

function manifestsOf(object: unknown, index: number): Manifest[] {
  const known = read.get(object);
  if (known) return known;
  const { manifests } = readManifests([{ path: `${index}.json`, text: JSON.stringify(object) ?? '' }]);
  if (BASE.includes(object)) read.set(object, manifests);
  return manifests;
}

function run(objects: readonly unknown[]): RuleViolation[] {
  return runRules(buildCluster(objects.flatMap(manifestsOf), { nodes: 1 }));
}

function expectSound(violations: readonly RuleViolation[]): void {
  for (const { manifest, at, message, fix } of violations) {
    expect(locate(manifest, at).line).toBeGreaterThan(0);
    expect(`${message} ${fix}`).not.toMatch(/\[object|undefined|NaN/);
  }
}

const PLACES = BASE.flatMap((object, index) => paths(object).map((path) => ({ index, path })));

describe('manifests of any shape', () => {
  it('no rule throws when a field of the environment is replaced by anything', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...PLACES), ANY), { minLength: 1, maxLength: 4 }),
        (changes) => {
          let objects = BASE;
          for (const [{ index, path }, value] of changes)
            objects = replaced(objects, [String(index), ...path], value) as unknown[];
          expectSound(run(objects));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('no rule throws at objects of known kinds that hold anything', () => {
    const kinds = new Environment().objects.map(({ apiVersion, kind }) => ({ apiVersion, kind }));
    const object = fc
      .tuple(
        fc.constantFrom(
          ...kinds,
          { apiVersion: 'v1', kind: 'Secret' },
          { apiVersion: 'v1', kind: 'Pod' },
          { apiVersion: 'cert-manager.io/v1', kind: 'Certificate' },
          { apiVersion: 'cert-manager.io/v1', kind: 'Issuer' },
        ),
        fc.dictionary(
          fc.constantFrom('metadata', 'spec', 'data', 'stringData', 'type', 'imagePullSecrets'),
          ANY,
        ),
      )
      .map(([known, fields]) => ({ ...fields, ...known }));
    fc.assert(
      fc.property(fc.array(object, { maxLength: 6 }), (objects) => expectSound(run(objects))),
      { numRuns: 500 },
    );
  });

  it('no rule minds that fields are missing', () => {
    for (const { index, path } of PLACES)
      expectSound(run(replaced(BASE, [String(index), ...path], undefined) as unknown[]));
  });
});
