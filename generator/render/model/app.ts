import type { JsonObject } from '../../manifest.ts';
import type { Environment } from '../../spec/environment.ts';
import { objectLabels, serviceAccountName } from './names.ts';
import type { ObjectSpec } from './object.ts';
import type { RenderInputs } from './render-inputs.ts';

/** What the app's workloads share: namespace, account, secrets, and the walls around them. */
export function appObjects(environment: Environment, { sealed }: RenderInputs): ObjectSpec[] {
  const { app, namespace, hosts } = environment;
  const base: JsonObject = {
    app,
    environment: environment.name,
    namespace,
    labels: objectLabels(environment, app, 'app'),
  };
  const object = (template: string, kind: string, name: string, context: JsonObject = {}): ObjectSpec => ({
    template: `app/${template}`,
    component: 'app',
    kind,
    name,
    context: { ...base, objectName: name, ...context },
  });
  const objects = [
    object('namespace', 'Namespace', namespace),
    object('serviceaccount', 'ServiceAccount', serviceAccountName(environment)),
    object('networkpolicy-default-deny', 'NetworkPolicy', 'default-deny'),
    object('networkpolicy-allow-dns', 'NetworkPolicy', 'allow-dns'),
    object('networkpolicy-allow-egress', 'NetworkPolicy', 'allow-egress'),
  ];
  if (hosts.length > 0) {
    objects.push(object('networkpolicy-allow-acme-solver', 'NetworkPolicy', 'allow-acme-solver'));
  }
  for (const secret of sealed) {
    const items = Object.entries(secret.encryptedData)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => ({ key, value }));
    objects.push(
      object('sealedsecret', 'SealedSecret', secret.name, {
        secretNamespace: secret.namespace,
        type: secret.type,
        items,
      }),
    );
  }
  return objects;
}
