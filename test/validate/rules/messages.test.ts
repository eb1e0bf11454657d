import { describe, expect, it } from 'vitest';
import { Environment } from './environment.ts';
import { violationsIn } from './findings.ts';

const WEB = 'spec/template/spec/containers/0';

/** `message → fix` of what a broken environment violates. */
function said(environment: Environment): string[] {
  return violationsIn(environment.text()).map(
    ({ severity, message, fix }) => `${severity}: ${message} → ${fix}`,
  );
}

describe('a violation names both ends, and the nearest candidate', () => {
  it.each<[string, Environment, string]>([
    [
      'a Service',
      new Environment().set('Ingress/shop', 'spec/rules/0/http/paths/0/backend/service/name', 'wep'),
      'error: Ingress/shop routes to Service/wep, which is not in namespace shop; did you mean `web`? → Add the Service, or correct the name.',
    ],
    [
      'a port by name',
      new Environment()
        .set('Service/web', 'spec/ports/1', { name: 'https', port: 443, targetPort: 'http' })
        .set('Ingress/shop', 'spec/rules/0/http/paths/0/backend/service/port/name', 'htpps'),
      'error: Ingress/shop routes to port htpps of Service/web, which has 80 (http), 443 (https) → Write `number: 443` or `name: https`.',
    ],
    [
      'a target port by name',
      new Environment().set('Service/web', 'spec/ports/0/targetPort', 'htpp'),
      "error: Service/web sends to port htpp, but Deployment/web declares 8080 (http) → Write `targetPort: http`, or correct the container's `ports`.",
    ],
    [
      'a Secret',
      new Environment().set('Deployment/api', `${WEB}/envFrom/0/secretRef/name`, 'shpo'),
      'error: Deployment/api uses Secret `shpo`, which nothing makes in namespace shop; did you mean `shop`? → Seal its values (`lunchbox seal`), or correct the name. A Secret is found only in the namespace of who uses it.',
    ],
    [
      'a key',
      new Environment().set('Deployment/web', `${WEB}/env/0/valueFrom/secretKeyRef/key`, 'apikey'),
      'error: Deployment/web uses key `apikey` of Secret `shop`, which has `api-key`: did you mean that? → Seal the value under that name (`lunchbox seal <env> <name>`), or correct the key.',
    ],
    [
      'a ConfigMap, once, though several keys of it are asked for',
      new Environment().set(
        'Deployment/web',
        'spec/template/spec/volumes/0/projected/sources/0/configMap/name',
        'wbe',
      ),
      'error: Deployment/web uses ConfigMap `wbe`, which is not in namespace shop; did you mean `web`? → Add the ConfigMap or the key, or correct the name. A ConfigMap is found only in the namespace of the pod.',
    ],
    [
      'a key that resembles none',
      new Environment().set('Deployment/web', `${WEB}/env/0/valueFrom/secretKeyRef/key`, 'token'),
      'error: Deployment/web uses key `token` of Secret `shop`, which has `api-key`, `redis-password` → Seal the value under that name (`lunchbox seal <env> <name>`), or correct the key.',
    ],
    [
      'a workload behind policies, once, though two paths lead to it',
      new Environment().drop('NetworkPolicy/web'),
      'error: NetworkPolicy/default-deny and its like let no request from Traefik reach port 8080 of Deployment/web, which Ingress/shop routes to → Allow ingress from namespace kube-system (label `kubernetes.io/metadata.name: kube-system`), pods `app.kubernetes.io/name: traefik`, to the port of the container.',
    ],
    [
      'an Ingress without TLS, once, though it serves two hosts',
      new Environment().drop('Ingress/shop', 'spec/tls'),
      'error: Ingress/shop names an issuer but has no `tls`: no certificate is ever asked for → Add `spec.tls` with `hosts` and a `secretName`.',
    ],
    [
      'pods on one node, without a rollout',
      new Environment()
        .set('Deployment/web', `${WEB}/ports/0/hostPort`, 8080)
        .set('Deployment/web', 'spec/strategy', { type: 'Recreate' }),
      'error: Deployment/web takes port 8080 of the node itself, which only one pod can have, but 3 of them must run side by side → Prefer instead of require: `preferredDuringSchedulingIgnoredDuringExecution`, `whenUnsatisfiable: ScheduleAnyway`; drop `hostPort`.',
    ],
    [
      'a budget',
      new Environment().set('PodDisruptionBudget/web', 'spec/maxUnavailable', '0%'),
      'error: PodDisruptionBudget/web (maxUnavailable: 0%) lets none of the 3 pods of Deployment/web be evicted → Write `maxUnavailable: 1`, or run more pods than `minAvailable`.',
    ],
    [
      'a rollout on one node',
      new Environment().set('Deployment/web', `${WEB}/ports/0/hostPort`, 8080),
      'error: Deployment/web takes port 8080 of the node itself, which only one pod can have, but 4 of them must run side by side during a rollout → Prefer instead of require: `preferredDuringSchedulingIgnoredDuringExecution`, `whenUnsatisfiable: ScheduleAnyway`; drop `hostPort`.',
    ],
    [
      'a probe that asks an undeclared port by number, which may be right',
      new Environment().set('Deployment/web', `${WEB}/livenessProbe/httpGet/port`, 8081),
      "warning: the livenessProbe of container web in Deployment/web asks port 8081; it declares 8080 (http) → Use the name or number of one of the container's `ports`.",
    ],
    [
      'a namespace',
      new Environment().add({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a', namespace: 'shpo' },
      }),
      'error: ConfigMap/a belongs to namespace `shpo`, which nothing creates → Write `shop`, or add the Namespace.',
    ],
  ])('%s', (_, environment, expected) => {
    expect(said(environment)).toEqual([expected]);
  });
});

describe('a candidate of another namespace', () => {
  const elsewhere = (kind: string, name: string) =>
    new Environment()
      .add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'blog' } })
      .copy(`${kind}/${name}`, (copy) =>
        Object.assign(copy, { metadata: { name: 'blogging', namespace: 'blog' } }),
      );

  it.each([
    [
      'Secret',
      elsewhere('SealedSecret', 'shop').set('Deployment/api', `${WEB}/envFrom/0/secretRef/name`, 'bloging'),
    ],
    [
      'ConfigMap',
      elsewhere('ConfigMap', 'web').set('Deployment/web', `${WEB}/envFrom/0/configMapRef/name`, 'bloging'),
    ],
  ])('is no candidate for a %s', (_, environment) => {
    const [only, ...others] = said(environment);
    expect(others).toEqual([]);
    expect(only).toContain('`bloging`');
    expect(only).not.toContain('did you mean');
  });
});

describe('what others make', () => {
  const service = (namespace: string) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'metrics', namespace },
    spec: { selector: { app: 'unseen' }, ports: [{ port: 80 }] },
  });

  it('is only perhaps missing where a chart installs things', () => {
    expect(said(new Environment().add(service('cert-manager')))).toEqual([
      "warning: Service/metrics selects app=unseen, but no pod in namespace cert-manager has these labels (unless HelmChart/cert-manager makes it) → Make `spec.selector` equal to labels of the workload's pod template, in the same namespace.",
    ]);
  });

  it('is not known to be missing in kube-system, which k3s fills', () => {
    expect(said(new Environment().add(service('kube-system')))).toEqual([]);
  });
});

describe('a violation stands at the field that is wrong', () => {
  it.each([
    ['serviceAccountName', 'Deployment/web'],
    ['serviceAccount', 'StatefulSet/redis'],
  ])('%s', (field, workload) => {
    const text = new Environment().set(workload, `spec/template/spec/${field}`, 'nobody').text();
    expect(violationsIn(text).map(({ at }) => at)).toEqual([['spec', 'template', 'spec', field]]);
  });
});
