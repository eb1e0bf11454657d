/** A Kubernetes object in `default`, unless its metadata say otherwise. */
export type Obj = Record<string, unknown>;

const IMAGE = `ghcr.io/acme/shop@sha256:${'0'.repeat(64)}`;

export function object(apiVersion: string, kind: string, more: Obj = {}, name = 'web'): Obj {
  return { apiVersion, kind, metadata: { name }, ...more };
}

/** A container that breaks no rule: it declares port `http`, 8080, and says when it is ready. */
export function container(more: Obj = {}): Obj {
  return {
    name: 'web',
    image: IMAGE,
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { tcpSocket: { port: 'http' } },
    ...more,
  };
}

/** A workload of one container, labelled `app: <name>`; `spec` is the workload's, `pod` its pods'. */
export function workload(kind = 'Deployment', { pod = {}, spec = {}, name = 'web' } = {}): Obj {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [container()], ...pod } };
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  const selector = kind === 'Job' ? {} : { selector: { matchLabels: labels } };
  return object(apiVersion, kind, { spec: { ...selector, template, ...spec } }, name);
}

/** Service/web, for pods labelled `app: web`. */
export function service(ports: Obj[] = [{ port: 80, targetPort: 'http' }], spec: Obj = {}): Obj {
  return object('v1', 'Service', { spec: { selector: { app: 'web' }, ports, ...spec } });
}

/** An Ingress that sends each of the paths to a port of Service/web. */
export function ingress(ports: Obj[], more: Obj = {}, spec: Obj = {}): Obj {
  const paths = ports.map((port, index) => ({
    path: `/${index}`,
    pathType: 'Prefix',
    backend: { service: { name: 'web', port } },
  }));
  return object('networking.k8s.io/v1', 'Ingress', {
    spec: { rules: [{ http: { paths } }], ...spec },
    ...more,
  });
}

/** A NetworkPolicy for all pods of `default`; without rules nobody gets in. */
export function policy(rules: Obj[] = [], podSelector: Obj = {}, name = 'deny'): Obj {
  const spec = { podSelector, policyTypes: ['Ingress'], ingress: rules };
  return object('networking.k8s.io/v1', 'NetworkPolicy', { spec }, name);
}

/** JSON is YAML. */
export function textOf(objects: readonly Obj[]): string {
  return objects.map((each) => JSON.stringify(each, undefined, 1)).join('\n---\n');
}

/** Deployment/web, with these fields in its container. */
export const pod = (more: Obj, spec: Obj = {}) =>
  workload('Deployment', { spec, pod: { containers: [container(more)] } });

/** Deployment/web, with an init container that declares a port like its own. */
export const init = (more: Obj) =>
  workload('Deployment', { pod: { initContainers: [container({ name: 'init', ...more })] } });

/** A command before the container stops. */
export const sleep = (...command: string[]) => ({ lifecycle: { preStop: { exec: { command } } } });

/** HorizontalPodAutoscaler/web, up to three pods. */
export const scaler = (scaleTargetRef: Obj, more: Obj = {}) =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { maxReplicas: 3, scaleTargetRef, ...more } });

/** PodDisruptionBudget/web, for pods labelled `app: web`. */
export const budget = (spec: Obj) =>
  object('policy/v1', 'PodDisruptionBudget', {
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  });
