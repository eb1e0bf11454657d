import { parseAllDocuments } from 'yaml';
import { crdTexts, download, SOURCES } from '../../scripts/schemas/sources.mjs';
import type { ApiServer } from './api-server.ts';

/** Gives a server every custom kind that the schema pack knows: cert-manager's, Traefik's, sealed-secrets', k3s'. */
export async function addCustomKinds(server: Pick<ApiServer, 'call'>): Promise<void> {
  for (const source of SOURCES) {
    if (!source.crds) continue;
    for (const text of crdTexts(download(source).folder, { ...source, crds: source.crds })) {
      for (const document of parseAllDocuments(text)) {
        const crd = document.toJS();
        if (crd?.kind !== 'CustomResourceDefinition') continue;
        const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
        const made = await server.call('POST', path, JSON.stringify(crd));
        if (made.status !== 201) throw new Error(JSON.stringify(made.body));
      }
    }
  }
}
