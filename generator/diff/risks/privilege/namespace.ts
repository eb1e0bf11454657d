import { at, labelsOf } from '../../../fields.ts';
import type { JsonObject } from '../../../manifest.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { goneOf, newOf, pairsOf } from '../pairs.ts';

const ENFORCE = 'pod-security.kubernetes.io/enforce';
const LEVELS = ['privileged', 'baseline', 'restricted'];

/** What the cluster itself refuses: the pod-security level of a namespace, admission policies and webhooks. */
export function* loweredAdmission(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before, after } of pairsOf(context, 'Namespace')) {
    const [old, now] = [level(before.data), level(after.data)];
    if (LEVELS.indexOf(now) < LEVELS.indexOf(old))
      yield hit(
        change,
        ['metadata', 'labels', ENFORCE],
        `pod-security level ${old} -> ${now}: pods that the cluster refused may run now`,
      );
  }
  const checks = [
    'ValidatingWebhookConfiguration',
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
  ];
  for (const { change, before } of goneOf(context, ...checks))
    yield hit(
      change,
      { before: ['metadata', 'name'] },
      `${before.identity.kind}/${before.identity.name} goes: what it refused is accepted now`,
    );
  for (const { change } of newOf(context, 'MutatingWebhookConfiguration', 'MutatingAdmissionPolicy'))
    yield hit(change, ['metadata', 'name'], 'may rewrite objects before the cluster stores them');
  for (const { change } of newOf(context, 'HelmChart'))
    yield hit(
      change,
      ['spec', 'chart'],
      'a new chart: it is installed with all rights in the cluster, and what it brings stands in no file here',
    );
}

/** A namespace that says nothing lets everything run. */
function level(data: JsonObject): string {
  const stated = labelsOf(at(data, 'metadata', 'labels'))[ENFORCE] ?? 'privileged';
  return LEVELS.includes(stated) ? stated : 'privileged';
}
