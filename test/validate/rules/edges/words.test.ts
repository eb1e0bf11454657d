import { describe, expect, it } from 'vitest';
import { certificate, issuer } from '../certificates.ts';
import { fixture, violationsIn } from '../findings.ts';
import { budget, type Obj, object, pod, scaler, service, sleep, textOf, workload } from '../objects.ts';
import { base64, fromSecret, sealed, sealedValue, secret } from '../secrets.ts';

const old = { name: 'old', image: 'ghcr.io/acme/shop:1' };

describe('in words', () => {
  const said = (...objects: Obj[]) =>
    violationsIn(textOf(objects)).map(({ severity, message }) => `${severity}: ${message}`);

  it.each([
    [
      'an image that was never released cannot start',
      [pod({ image: 'ghcr.io/acme/shop:unreleased' })],
      'error: image has no digest yet, and the spec allows no tag: these pods cannot start',
    ],
    [
      'a tag',
      [pod({ image: 'ghcr.io/acme/shop:1.2' })],
      'warning: container web runs ghcr.io/acme/shop:1.2 by its tag: image has no digest yet',
    ],
    [
      'no tag is `latest`',
      [pod({ image: 'localhost:5000/shop' })],
      'warning: container web runs localhost:5000/shop, whatever that is at the moment: a push rolls nothing out',
    ],
    [
      'a kind that cannot be scaled',
      [scaler({ apiVersion: 'apps/v1', kind: 'Deploymnt', name: 'web' })],
      'error: HorizontalPodAutoscaler/web scales Deploymnt/web, a kind that cannot be scaled; did you mean `Deployment`?',
    ],
    [
      'a group that has no such kind',
      [workload(), scaler({ apiVersion: 'v1', kind: 'Deployment', name: 'web' })],
      'error: HorizontalPodAutoscaler/web scales Deployment/web of apiVersion v1, which has no such kind',
    ],
    [
      'the issuers that there are',
      [issuer([]), certificate('Issuer'), { ...issuer([], 'Issuer'), metadata: { name: 'internal' } }],
      'error: Certificate/web asks Issuer/web for a certificate, which does not exist (there: internal)',
    ],
    [
      'no issuer at all',
      [certificate('Issuer')],
      'error: Certificate/web asks Issuer/web for a certificate, which does not exist',
    ],
    [
      'the only pod',
      [workload(), budget({ minAvailable: 1 })],
      'error: PodDisruptionBudget/web (minAvailable: 1) lets none of the only pod of Deployment/web be evicted',
    ],
    [
      'seconds',
      [pod(sleep('sleep', '1m'))],
      'error: container web of Deployment/web pauses 60 s before it stops, but is killed after 30 s',
    ],
    [
      'a probe by a name that is unknown',
      [pod({ readinessProbe: { tcpSocket: { port: 'htpp' } } })],
      'error: the readinessProbe of container web in Deployment/web asks port htpp; it declares 8080 (http)',
    ],
    [
      'a sealed value that is cut off',
      [sealed({ a: sealedValue(512, 529) })],
      'error: value `a` of SealedSecret/web is cut off: 529 bytes, at least 530 belong there',
    ],
    [
      'a sealed value that is not one',
      [sealed({ a: base64('hunter2hunter') })],
      'error: value `a` of SealedSecret/web is no sealed value: it does not begin like one',
    ],
    [
      'a sealed value that is text',
      [sealed({ a: 'hunter-2' })],
      'error: value `a` of SealedSecret/web is no base64: it may have been cut off or wrapped',
    ],
    [
      'pods without labels',
      [{ ...workload(), spec: { selector: { matchLabels: { app: 'web' } }, template: {} } }],
      'error: the selector of Deployment/web does not match the labels of its pods (they have none)',
    ],
    [
      'pods with other labels',
      [workload('DaemonSet', { spec: { selector: { matchLabels: { app: 'wbe' } } } })],
      'error: the selector of DaemonSet/web does not match the labels of its pods (app=web)',
    ],
    [
      'a Secret without keys',
      [sealed({}), pod({ env: [fromSecret('a')] })],
      'error: Deployment/web uses key `a` of Secret `web`, which has no keys',
    ],
    [
      'the keys of a Secret',
      [sealed({ user: sealedValue(512), password: sealedValue(512) }), pod({ env: [fromSecret('a')] })],
      'error: Deployment/web uses key `a` of Secret `web`, which has `user`, `password`',
    ],
    [
      'where the pods are that a Service does not find',
      [workload('Deployment', { name: 'api' }), service()],
      'error: Service/web selects app=web, but no pod in namespace default has these labels (there: Deployment/api)',
    ],
    ['a secret that is blank', [secret({ a: ' ' })], 'error: value `a` of Secret/web is nothing but blanks'],
    [
      'a secret between blanks',
      [secret({ a: ' hunter2 ' })],
      'error: value `a` of Secret/web begins or ends with blanks',
    ],
  ])('%s', (_, objects, expected) => {
    expect(said(...(objects as Obj[]))).toEqual([expected]);
  });

  it('a Secret without encoded values is placed at its plain ones', () => {
    const [found] = violationsIn(textOf([object('v1', 'Secret', { data: {}, stringData: { a: 'b' } })]));
    expect(found).toMatchObject({ rule: 'plaintext-secret', at: ['stringData'] });
  });

  it.each<[what: string, object: Obj, at: string]>([
    [
      'an init container',
      workload('Deployment', { pod: { initContainers: [old] } }),
      'spec/template/spec/initContainers/0/image',
    ],
    ['a Job', workload('Job', { pod: { containers: [old] } }), 'spec/template/spec/containers/0/image'],
    ['a Pod', object('v1', 'Pod', { spec: { containers: [old] } }), 'spec/containers/0/image'],
    [
      'a CronJob',
      object('batch/v1', 'CronJob', {
        spec: { jobTemplate: { spec: { template: { spec: { containers: [old] } } } } },
      }),
      'spec/jobTemplate/spec/template/spec/containers/0/image',
    ],
  ])('an image in %s is placed there', (_, each, at) => {
    const found = violationsIn(textOf([each]));
    expect(found.map(({ rule, at: path }) => `${rule} ${path.join('/')}`)).toEqual([`image-mutable ${at}`]);
  });

  it('never tells a value', () => {
    const told = violationsIn(
      `${fixture('hand-written/secret.yaml')}---\n${textOf([secret({ a: ' hunter2\n' })])}`,
    );
    expect(told.length).toBeGreaterThan(2);
    expect(told.map(({ message, fix }) => `${message} ${fix}`).join('\n')).not.toMatch(
      /hunter2|bread|YnJlYWQ/,
    );
  });
});
