import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removalProblems } from '../../generator/deploy/guards.ts';
import {
  formatInventory,
  inventoryOf,
  type Owned,
  ownedKey,
  parseInventory,
  union,
  without,
} from '../../generator/deploy/inventory.ts';
import { readManifests } from '../../generator/validate/read-manifests.ts';

const segment = fc.stringMatching(/^[a-z0-9.-]{1,12}$/);
const owned: fc.Arbitrary<Owned> = fc.record({
  group: fc.oneof(fc.constant(''), segment),
  kind: fc.stringMatching(/^[A-Z][A-Za-z]{0,9}$/),
  namespace: fc.oneof(fc.constant(''), segment),
  name: segment,
});
const inventory = fc.array(owned, { maxLength: 12 });
const keys = (list: readonly Owned[]) => list.map(ownedKey);

describe('an inventory', () => {
  it('names every object of a tree once, whatever version and namespace it states', () => {
    const text = [
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: shop }',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: default }',
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }',
    ].join('\n---\n');
    const { manifests } = readManifests([{ path: 'a.yaml', text }]);
    expect(keys(inventoryOf(manifests))).toEqual([
      '/ConfigMap/default/a',
      '/Namespace//shop',
      'apps/Deployment/shop/web',
    ]);
  });

  it('reads back as it was written', () => {
    fc.assert(
      fc.property(inventory, (list) => {
        const text = formatInventory(list);
        expect(formatInventory(parseInventory(text))).toBe(text);
        expect(new Set(keys(parseInventory(text)))).toEqual(new Set(keys(list)));
      }),
    );
    for (const line of ['Deployment/web', 'a/b/c/d/e', 'apps//shop/web', '/ConfigMap/shop/'])
      expect(() => parseInventory(`${line}\n`)).toThrow(line);
  });

  it('loses nothing: old and new together cover both, and what goes is in neither of the rest', () => {
    fc.assert(
      fc.property(inventory, inventory, (old, next) => {
        const both = new Set(keys(union(old, next)));
        for (const key of [...keys(old), ...keys(next)]) expect(both).toContain(key);
        expect(both.size).toBe(new Set([...keys(old), ...keys(next)]).size);
        expect(keys(union(without(old, next), next))).toEqual(keys(union(old, next)));
      }),
    );
  });
});

describe('removalProblems', () => {
  const parse = (...lines: string[]) => parseInventory(lines.join('\n'));
  const many = Array.from({ length: 20 }, (_, index) => `/ConfigMap/shop/c-${index}`);
  const messages = (delivered: Owned[], wanted: Owned[], removals: string[] = []) =>
    removalProblems(delivered, wanted, { removals }).map(({ message, remedy }) => `${message} | ${remedy}`);

  it('lets a few ordinary objects go', () => {
    expect(messages(parse(...many), parse(...many.slice(3)))).toEqual([]);
    expect(messages(parse(...many.slice(0, 2)), parse(many[0] ?? ''))).toEqual([]);
    expect(messages([], parse(...many))).toEqual([]);
    expect(messages([], [])).toEqual([]);
  });

  it('stops at a tree that is empty', () => {
    expect(messages(parse(...many), [])).toEqual([
      expect.stringMatching(/^the tree is empty: all 20 objects .* \| Render it\./),
    ]);
    expect(messages(parse(...many), [], ['all'])).toEqual([]);
  });

  it('stops when a lot goes at once', () => {
    expect(messages(parse(...many), parse(...many.slice(5)))).toEqual([
      expect.stringMatching(
        /^5 of 20 objects would be removed: ConfigMap shop\/c-0, .* \| .*--allow-removal all/,
      ),
    ]);
    expect(messages(parse(...many), parse(...many.slice(4)))).toEqual([]);
    expect(messages(parse(...many), parse(...many.slice(5)), many.slice(0, 5))).toEqual([]);
  });

  it.each([
    ['/Namespace//shop', 'everything in it'],
    ['apiextensions.k8s.io/CustomResourceDefinition//lunches.shop.example', 'every object of that kind'],
    ['/PersistentVolumeClaim/shop/data', 'its data'],
    ['bitnami.com/SealedSecret/shop/keys', 'the Secret that pods read'],
  ])('stops before %s goes, unless somebody said so', (line, more) => {
    const [delivered, wanted] = [parse(...many, line), parse(...many)];
    expect(messages(delivered, wanted)).toEqual([
      expect.stringContaining(
        `would be removed, and ${more} with it | If that is meant: --allow-removal ${line}`,
      ),
    ]);
    expect(messages(delivered, wanted, [line])).toEqual([]);
    const { kind, name } = parse(line)[0] ?? { kind: '', name: '' };
    expect(messages(delivered, wanted, [`${kind}/${name}`])).toEqual([]);
    expect(messages(delivered, wanted, ['ConfigMap/c-0'])).toHaveLength(1);
  });
});
