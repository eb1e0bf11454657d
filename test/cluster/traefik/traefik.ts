import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiServer } from '../api-server.ts';
import type { ClusterNode } from '../node/node.ts';
import { traefikProgram } from './program.ts';

const PORTS = { web: 8000, websecure: 8443 };

/** Starts a real Traefik beside the pods. @returns Unix sockets that lead to its entry points */
export async function startTraefik(
  { access, call }: ApiServer,
  { machine, tunnel }: ClusterNode,
): Promise<Record<keyof typeof PORTS, string>> {
  const authority = join(machine.folder, 'traefik-ca.crt');
  writeFileSync(authority, access.ca ?? '');
  await call(
    'POST',
    '/apis/networking.k8s.io/v1/ingressclasses',
    JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'traefik' },
      spec: { controller: 'traefik.io/ingress-controller' },
    }),
  );
  const providers = ['kubernetesingress', 'kubernetescrd'].flatMap((provider) => [
    `--providers.${provider}=true`,
    `--providers.${provider}.endpoint=${access.server}`,
    `--providers.${provider}.token=${access.token}`,
    `--providers.${provider}.certauthfilepath=${authority}`,
  ]);
  const entryPoints = Object.entries(PORTS).map(
    ([name, port]) => `--entrypoints.${name}.address=127.0.0.1:${port}`,
  );
  machine.start('traefik', traefikProgram(), [
    ...providers,
    ...entryPoints,
    '--log.level=INFO',
    '--global.checknewversion=false',
    '--global.sendanonymoususage=false',
  ]);
  return { web: await tunnel(PORTS.web), websecure: await tunnel(PORTS.websecure) };
}
