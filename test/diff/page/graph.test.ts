import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../generator/diff/page/graph/build-graph.ts';
import { fitGraph } from '../../../generator/diff/page/graph/fit-graph.ts';
import type { Graph, GraphNode } from '../../../generator/diff/page/graph/graph.ts';
import { layoutGraph } from '../../../generator/diff/page/graph/layout.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import { deployment, object, reviewOf } from '../support/trees.ts';

function graphOf(before: JsonObject[], after: JsonObject[]): Graph {
  const [environment] = reviewOf({ prod: { before, after } }).environments;
  if (!environment) throw new Error('no environment');
  return buildGraph(environment, () => 0);
}

/** `Host/a -> Ingress/web` with the state where it is not the same. */
function edgesOf({ nodes, edges }: Graph): string[] {
  const label = (id: string) => {
    const node = nodes.find((each) => each.id === id);
    return `${node?.kind}/${node?.name}`;
  };
  return edges
    .map(({ from, to, state }) => `${label(from)} -> ${label(to)}${state === 'same' ? '' : ` ${state}`}`)
    .sort();
}

const stateOf = ({ nodes }: Graph) =>
  Object.fromEntries(nodes.map(({ kind, name, state }) => [`${kind}/${name}`, state]));

const ingress = (host: string) =>
  object('networking.k8s.io/v1', 'Ingress', 'web', {
    metadata: {
      name: 'web',
      namespace: 'shop',
      annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' },
    },
    spec: {
      rules: [
        {
          host,
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } },
            ],
          },
        },
      ],
      tls: [{ hosts: [host], secretName: 'web-tls' }],
    },
  });
const service = object('v1', 'Service', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } });
const sealed = object('bitnami.com/v1alpha1', 'SealedSecret', 'keys', {
  spec: { encryptedData: { a: 'x' } },
});
const workload = deployment('web', {}, { envFrom: [{ secretRef: { name: 'keys' } }] });

describe('buildGraph', () => {
  it('leads from hosts to what pods read and store', () => {
    const store = object('apps/v1', 'StatefulSet', 'redis', {
      spec: {
        selector: { matchLabels: { app: 'redis' } },
        template: {
          metadata: { labels: { app: 'redis' } },
          spec: { containers: [{ name: 'redis', image: 'redis' }] },
        },
        volumeClaimTemplates: [{ metadata: { name: 'data' } }],
      },
    });
    const issuer = {
      ...object('cert-manager.io/v1', 'ClusterIssuer', 'letsencrypt'),
      metadata: { name: 'letsencrypt' },
    };
    const budget = object('policy/v1', 'PodDisruptionBudget', 'web', {
      spec: { selector: { matchLabels: { app: 'web' } } },
    });
    const all = [ingress('a.example'), service, workload, sealed, issuer, budget, store];
    const graph = graphOf(all, all);
    expect(edgesOf(graph)).toEqual([
      'Deployment/web -> SealedSecret/keys',
      'Host/a.example -> Ingress/web',
      'Ingress/web -> ClusterIssuer/letsencrypt',
      'Ingress/web -> Secret/web-tls',
      'Ingress/web -> Service/web',
      'PodDisruptionBudget/web -> Deployment/web',
      'Service/web -> Deployment/web',
      'StatefulSet/redis -> PersistentVolumeClaim/data-redis-0…',
    ]);
    expect(new Set(graph.nodes.map(({ state }) => state))).toEqual(new Set(['same']));
    expect(
      graph.nodes
        .filter(({ implied }) => implied)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['Host', 'PersistentVolumeClaim', 'Secret']);
  });

  it('follows the routes of Traefik', () => {
    const route = object('traefik.io/v1alpha1', 'IngressRoute', 'web', {
      spec: {
        routes: [{ match: 'Host(`a.example`, `b.example`) && PathPrefix(`/`)', services: [{ name: 'web' }] }],
      },
    });
    expect(edgesOf(graphOf([route], [route]))).toEqual([
      'Host/a.example -> IngressRoute/web',
      'Host/b.example -> IngressRoute/web',
      'IngressRoute/web -> Service/web',
    ]);
  });

  it('shows both sides of a change in one picture', () => {
    const graph = graphOf(
      [ingress('a.example'), service, workload, sealed],
      [ingress('b.example'), service, sealed],
    );
    expect(edgesOf(graph)).toEqual([
      'Deployment/web -> SealedSecret/keys removed',
      'Host/a.example -> Ingress/web removed',
      'Host/b.example -> Ingress/web added',
      'Ingress/web -> ClusterIssuer/letsencrypt',
      'Ingress/web -> Secret/web-tls',
      'Ingress/web -> Service/web',
      'Service/web -> Deployment/web removed',
    ]);
    expect(stateOf(graph)).toMatchObject({
      'Host/a.example': 'removed',
      'Host/b.example': 'added',
      'Ingress/web': 'modified',
      'Deployment/web': 'removed',
      'Service/web': 'same',
      'ClusterIssuer/letsencrypt': 'same',
    });
    expect(graph.nodes.find(({ kind }) => kind === 'Ingress')?.risk).toBe('outage');
  });

  it('keeps a renamed object in one box, with what led to it', () => {
    const big = (name: string) =>
      object('v1', 'ConfigMap', name, { data: { a: 'one', b: 'two', c: 'three', d: 'four' } });
    const reader = (name: string) => deployment('web', {}, { envFrom: [{ configMapRef: { name } }] });
    const graph = graphOf([big('old'), reader('old')], [big('new'), reader('new')]);
    expect(edgesOf(graph)).toEqual(['Deployment/web -> ConfigMap/old → new']);
    expect(stateOf(graph)).toEqual({ 'ConfigMap/old → new': 'renamed', 'Deployment/web': 'modified' });
  });

  it('leaves out what neither changed nor leads anywhere', () => {
    const quiet = object('v1', 'ConfigMap', 'quiet');
    expect(graphOf([quiet], [quiet]).nodes).toEqual([]);
    expect(stateOf(graphOf([], [quiet]))).toEqual({ 'ConfigMap/quiet': 'added' });
  });
});

describe('fitGraph', () => {
  it('keeps the riskiest and what changed when there is no room for all', () => {
    const node = (index: number, more: Partial<GraphNode> = {}): GraphNode => ({
      id: String(index),
      kind: 'ConfigMap',
      name: `c-${index}`,
      namespace: '',
      state: 'same',
      implied: false,
      ...more,
    });
    const nodes = [
      ...Array.from({ length: 200 }, (_, index) => node(index)),
      node(200, { state: 'modified' }),
      node(201, { state: 'removed', risk: 'data-loss' }),
    ];
    const fitted = fitGraph(nodes, [{ from: '150', to: '200', state: 'same' }]);
    expect(fitted.nodes.slice(0, 3).map(({ id }) => id)).toEqual(['201', '200', '150']);
    expect(fitted).toMatchObject({ left: 0, edges: [{ from: '150', to: '200' }] });
    expect(
      fitGraph(
        nodes.map((each) => ({ ...each, state: 'added' as const })),
        [],
      ).left,
    ).toBe(102);
  });
});

describe('layoutGraph', () => {
  it('lays no box over another, whether connected or not', () => {
    const many = Array.from({ length: 60 }, (_, index) => object('v1', 'ConfigMap', `c-${index}`));
    const { nodes, width, height } = layoutGraph(
      graphOf([], [ingress('a.example'), service, workload, sealed, ...many]),
    );
    for (const a of nodes) {
      expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(true);
      for (const b of nodes) {
        if (a === b) continue;
        const apart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart, `${a.node.name} and ${b.node.name}`).toBe(true);
      }
    }
  });

  it('manages a circle', () => {
    const ring = ['a', 'b', 'c'].map(
      (name): GraphNode => ({ id: name, kind: 'X', name, namespace: '', state: 'same', implied: false }),
    );
    const edges = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ].map(([from = '', to = '']) => ({ from, to, state: 'same' as const }));
    expect(layoutGraph({ nodes: ring, edges, left: 0 }).nodes).toHaveLength(3);
  });
});
