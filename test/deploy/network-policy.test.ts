import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onlyDenies, whilePodsAreReplaced } from '../../generator/deploy/network-policy.ts';
import { at } from '../../generator/fields.ts';
import type { JsonObject } from '../../generator/manifest.ts';

const policy = (spec: JsonObject): JsonObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'web', namespace: 'shop' },
  spec,
});
const pods = { podSelector: { matchLabels: { app: 'web' } } };
const manifest = (spec: JsonObject) => ({
  identity: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace: 'shop', name: 'web' },
  file: 'a.yaml',
  line: 1,
  text: '',
  data: policy(spec),
});

describe('a NetworkPolicy while pods are replaced', () => {
  it('allows what the old one allows and what the new one does', () => {
    const [old, now] = [{ ports: [{ port: 8080 }] }, { ports: [{ port: 9090 }] }];
    const both = whilePodsAreReplaced(
      policy({ ...pods, policyTypes: ['Ingress'], ingress: [old] }),
      policy({ ...pods, policyTypes: ['Ingress'], ingress: [now] }),
    );
    expect(at(both, 'spec')).toEqual({ ...pods, policyTypes: ['Ingress'], ingress: [old, now] });
  });

  it('restricts no direction that one of the two leaves open', () => {
    const both = whilePodsAreReplaced(
      policy({ ...pods, policyTypes: ['Ingress'], ingress: [{}] }),
      policy({ ...pods, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [] }),
    );
    expect(at(both, 'spec')).toEqual({ ...pods, policyTypes: ['Ingress'], ingress: [{}] });
  });

  it("knows Kubernetes' default of the directions", () => {
    const egress = [{ to: [{}] }];
    const both = whilePodsAreReplaced(policy({ ...pods, egress }), policy({ ...pods, egress: [] }));
    // The new one, without egress rules, is for ingress alone.
    expect(at(both, 'spec', 'policyTypes')).toEqual(['Ingress']);
  });

  it('is none for other pods: no one object can say both', () => {
    expect(whilePodsAreReplaced(policy({ podSelector: {} }), policy(pods))).toBeUndefined();
  });

  it('never denies what one of the two allows', () => {
    const rule = fc.record({
      ports: fc.array(fc.record({ port: fc.integer({ min: 1, max: 9 }) }), { maxLength: 2 }),
    });
    const types = fc.uniqueArray(fc.constantFrom('Ingress', 'Egress'), { minLength: 1 });
    const spec = fc.record({ policyTypes: types, ingress: fc.array(rule), egress: fc.array(rule) });
    const allows = (data: JsonObject | undefined, type: 'Ingress' | 'Egress', wanted: unknown) => {
      const restricted = (at(data, 'spec', 'policyTypes') as string[]).includes(type);
      const rules = (at(data, 'spec', type.toLowerCase()) ?? []) as unknown[];
      return !restricted || rules.some((each) => JSON.stringify(each) === JSON.stringify(wanted));
    };
    fc.assert(
      fc.property(spec, spec, rule, (one, other, wanted) => {
        const [before, after] = [policy({ ...pods, ...one }), policy({ ...pods, ...other })];
        const both = whilePodsAreReplaced(before, after);
        for (const type of ['Ingress', 'Egress'] as const)
          if (allows(before, type, wanted) || allows(after, type, wanted))
            expect(allows(both, type, wanted)).toBe(true);
      }),
    );
  });
});

describe('a policy that only denies', () => {
  it('has no rule at all', () => {
    expect(onlyDenies(manifest({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }))).toBe(true);
    expect(onlyDenies(manifest({ podSelector: {}, ingress: [{}] }))).toBe(false);
    expect(onlyDenies(manifest({ podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [] }] }))).toBe(
      false,
    );
  });
});
