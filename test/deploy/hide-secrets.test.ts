import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { hideSecrets } from '../../capabilities/deploy/stages/hide-secrets.ts';
import { ApiError } from '../../capabilities/ports/api-error.ts';
import type { Cluster, Resource } from '../../capabilities/ports/cluster.ts';

const resource: Resource = {
  apiVersion: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  verbs: ['list'],
};

/** What is shown of a log line while the namespace has Secrets of these values. */
async function shown(line: string, ...values: string[]): Promise<string | undefined> {
  const items = values.map((value) => ({ data: { value: Buffer.from(value).toString('base64') } }));
  const cluster: Partial<Cluster> = {
    resource: async () => resource,
    list: async () => ({ items, resourceVersion: '' }),
  };
  const failure = {
    ref: { resource, namespace: 'shop', name: 'web' },
    message: '',
    remedy: '',
    evidence: [{ title: 'last log lines', lines: [line], log: true as const }],
    timedOut: false,
  };
  const [hidden] = await hideSecrets([failure], cluster as Cluster);
  return hidden?.evidence[0]?.lines[0];
}

describe('log lines and the Secrets of their namespace', () => {
  it('hides a value whole, although another one is its beginning', async () => {
    expect(await shown('with hunter2-correct-horse', 'hunter2', 'hunter2-correct-horse')).toBe('with ***');
  });

  it('hides what is left of a value where a line was cut', async () => {
    expect(await shown('with correct-hor…', 'correct-horse-battery')).toBe('with ***…');
    expect(await shown('with hunter2-correct…', 'hunter2', 'hunter2-correct-horse')).toBe('with ***…');
    expect(await shown('with core…', 'correct-horse-battery')).toBe('with core…');
  });

  it('shows no log where Secrets cannot be read, and everything else, whatever it is called', async () => {
    const cluster: Partial<Cluster> = {
      resource: async () => resource,
      list: () => Promise.reject(new ApiError('no', { status: 403, reason: 'Forbidden' })),
    };
    const failure = {
      ref: { resource, namespace: 'shop', name: 'blog' },
      message: '',
      remedy: '',
      evidence: [
        { title: 'Deployment shop/blog, conditions', lines: ['Progressing: False'] },
        {
          title: 'pod shop/blog-1 container web, last log lines',
          lines: ['with hunter2'],
          log: true as const,
        },
      ],
      timedOut: false,
    };
    const [hidden] = await hideSecrets([failure], cluster as Cluster);
    expect(hidden?.evidence.map(({ lines }) => lines)).toEqual([
      ['Progressing: False'],
      ['not shown: the Secrets of its namespace cannot be read, so they could not be taken out'],
    ]);
  });
});
