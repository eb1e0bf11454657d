import { describe, expect, it } from 'vitest';
import { conflictProblem, conflictsOf, isByHand } from '../../../generator/deploy/plan/conflicts.ts';
import { immutableProblem, isImmutable, recreateReason } from '../../../generator/deploy/plan/immutable.ts';

const cause = (field: string, message: string, reason = 'FieldManagerConflict') => ({
  field,
  message,
  reason,
});
const immutable = (field: string) =>
  cause(field, 'Invalid value: "x": field is immutable', 'FieldValueInvalid');

describe('conflicts of server-side apply', () => {
  it('are read from the causes of the refusal, whatever else stands there', () => {
    expect(
      conflictsOf([
        cause(
          '.spec.replicas',
          'conflict with "kube-controller-manager" with subresource "scale" using apps/v1',
        ),
        cause('.data.x', 'conflict with "kubectl-edit" using v1 at 2026-01-01T00:00:00Z'),
        cause('.data.y', 'something else'),
        cause('.data.z', 'conflict with "nobody"', 'FieldValueInvalid'),
      ]),
    ).toEqual([
      { manager: 'kube-controller-manager', subresource: 'scale', field: '.spec.replicas' },
      { manager: 'kubectl-edit', field: '.data.x' },
    ]);
  });

  it('say who owns what, and how to take it over', () => {
    const { message, remedy } = conflictProblem('ConfigMap shop/a', [
      { manager: 'helm', field: '.data.x' },
      { manager: 'helm', field: '.data.y' },
      { manager: 'flux', field: '.data.z' },
    ]);
    expect(message).toBe('ConfigMap shop/a is not ours alone: helm owns .data.x, .data.y; flux owns .data.z');
    expect(remedy).toContain('--take-over helm --take-over flux');
    expect(remedy).toContain('removes what the tree does not have');
  });

  it.each(['kubectl-edit', 'kubectl-client-side-apply', 'kubectl', 'k9s'])(
    "%s is somebody's hand",
    (manager) => {
      expect(isByHand(manager)).toBe(true);
    },
  );
  it.each(['kube-controller-manager', 'helm', 'kubectlx', 'some-kubectl'])('%s is none', (manager) => {
    expect(isByHand(manager)).toBe(false);
  });
});

describe('fields that cannot be changed', () => {
  it('let a job be made anew', () => {
    expect(recreateReason('batch', 'Job', [immutable('spec.template')])).toBe(
      'spec.template cannot be changed',
    );
    expect(
      recreateReason('batch', 'Job', [immutable('spec.template.spec.containers[0].image')]),
    ).toBeDefined();
  });

  it('never anything on which data or traffic hangs', () => {
    for (const [group, kind, field] of [
      ['', 'PersistentVolumeClaim', 'spec.accessModes'],
      ['apps', 'StatefulSet', 'spec.volumeClaimTemplates'],
      ['apps', 'Deployment', 'spec.selector'],
      ['', 'Service', 'spec.clusterIPs[0]'],
      ['bitnami.com', 'SealedSecret', 'spec.x'],
      ['example.com', 'Job', 'spec.template'],
      ['', 'constructor', 'spec.template'],
    ] as const)
      expect(recreateReason(group, kind, [immutable(field)])).toBeUndefined();
  });

  it('are told from mistakes: a job with a typing error is not deleted', () => {
    const mistake = cause('spec.template.spec.containers[0].image', 'Required value', 'FieldValueRequired');
    expect(recreateReason('batch', 'Job', [mistake])).toBeUndefined();
    expect(recreateReason('batch', 'Job', [immutable('spec.template'), mistake])).toBeUndefined();
    expect(recreateReason('batch', 'Job', [])).toBeUndefined();
    expect(isImmutable([mistake])).toBe(false);
  });

  it('say what a person has to do instead', () => {
    const { message, remedy } = immutableProblem('StatefulSet shop/db', 'apps', 'StatefulSet', [
      immutable('spec.volumeClaimTemplates'),
    ]);
    expect(message).toContain('spec.volumeClaimTemplates is fixed once the object is there');
    expect(remedy).toContain('--cascade=orphan');
  });
});
