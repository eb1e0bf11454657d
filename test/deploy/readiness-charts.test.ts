import { describe, expect, it } from 'vitest';
import { helmChartReady, type Readiness, readinessOf } from '../../generator/deploy/readiness/index.ts';
import type { JsonObject } from '../../generator/manifest.ts';

const CHANGED = '2026-01-01T00:01:00Z';
const BEFORE = '2026-01-01T00:00:59Z';

const chart = (
  status: JsonObject = { jobName: 'helm-install-web' },
  metadata: JsonObject = {},
): JsonObject => ({
  apiVersion: 'helm.cattle.io/v1',
  kind: 'HelmChart',
  metadata: {
    name: 'web',
    generation: 2,
    managedFields: [
      { manager: 'lunchbox', operation: 'Apply', time: CHANGED },
      { manager: 'k3s', operation: 'Update', time: '2026-01-01T09:00:00Z' },
      { manager: 'k3s', operation: 'Update', subresource: 'status', time: '2026-01-01T09:00:00Z' },
    ],
    ...metadata,
  },
  spec: {
    chart: 'web',
    repo: 'https://charts.example',
    version: '2.0',
    set: { 'image.tag': '7', replicas: 2 },
  },
  status,
});

interface Parts {
  status?: JsonObject;
  made?: string;
  spec?: JsonObject;
  metadata?: JsonObject;
  version?: string;
  tag?: string;
}
const job = ({
  status = {},
  made = CHANGED,
  spec = {},
  metadata = {},
  version = '2.0',
  tag = '7',
}: Parts): JsonObject => ({
  kind: 'Job',
  metadata: { name: 'helm-install-web', creationTimestamp: made, ...metadata },
  spec: {
    suspend: false,
    template: {
      spec: {
        containers: [
          {
            name: 'helm',
            args: [
              'install',
              '--version',
              version,
              '--set',
              'replicas=2',
              '--set-string',
              `image.tag=${tag}`,
            ],
            env: [
              { name: 'VERSION', value: version },
              { name: 'REPO', value: 'https://charts.example' },
            ],
          },
        ],
      },
    },
    ...spec,
  },
  status,
});
const condition = (type: string, status = 'True', reason = '', message = '') => ({
  type,
  status,
  reason,
  message,
});
const done = { conditions: [condition('Complete')] };
const OLD = 'job helm-install-web is of the chart as it was before';

const CASES: [
  name: string,
  chart: JsonObject,
  job: JsonObject | undefined,
  settled: boolean,
  Readiness['state'],
  string,
][] = [
  ['no job yet', chart({}), undefined, true, 'waiting', 'its controller has made no job yet'],
  ['a job that is done', chart(), job({ status: done }), false, 'ready', ''],
  [
    'a job that was done before the change',
    chart(),
    job({ status: done, made: BEFORE }),
    false,
    'waiting',
    'its controller has not seen the change yet',
  ],
  ['a job that need not be made anew', chart(), job({ status: done, made: BEFORE }), true, 'ready', ''],
  ['a job of another version', chart(), job({ status: done, version: '1.9' }), true, 'waiting', OLD],
  ['a job of other values', chart(), job({ status: done, tag: '6' }), true, 'waiting', OLD],
  [
    'a job that is going to be replaced',
    chart(),
    job({ status: done, metadata: { annotations: { 'helmcharts.helm.cattle.io/replace-wait': 'true' } } }),
    true,
    'waiting',
    OLD,
  ],
  [
    'a job that goes',
    chart(),
    job({ status: done, metadata: { deletionTimestamp: CHANGED } }),
    true,
    'waiting',
    OLD,
  ],
  [
    'a job that was not let go on yet',
    chart(),
    job({ spec: { suspend: true }, status: { conditions: [condition('Suspended')] } }),
    true,
    'waiting',
    'job helm-install-web has not started yet',
  ],
  ['a job that runs', chart(), job({ status: { active: 1 } }), true, 'waiting', 'job helm-install-web runs'],
  [
    'a job that tries again',
    chart(),
    job({ status: { active: 1, failed: 3 } }),
    true,
    'waiting',
    'job helm-install-web runs, and failed 3 times',
  ],
  [
    'a job that gave up',
    chart(),
    job({ status: { conditions: [condition('Failed', 'True', 'BackoffLimitExceeded', 'too often')] } }),
    false,
    'failed',
    'job helm-install-web: BackoffLimitExceeded: too often',
  ],
  [
    'a job that gave up before the change',
    chart({ jobName: 'helm-install-web', conditions: [condition('Failed', 'True', 'Job failed')] }),
    job({ made: BEFORE, status: { conditions: [condition('Failed')] } }),
    false,
    'waiting',
    'its controller has not seen the change yet',
  ],
  [
    'a chart that no job can be made for, now',
    chart({
      conditions: [
        condition('JobCreated', 'False'),
        condition('Failed', 'True', 'Job create failed', 'busy'),
      ],
    }),
    undefined,
    true,
    'waiting',
    'Job create failed: busy',
  ],
  [
    'a chart that no job can ever be made for',
    chart({
      conditions: [
        condition('JobCreated', 'False'),
        condition('Failed', 'True', 'Unsupported version', 'only v3'),
      ],
    }),
    undefined,
    true,
    'failed',
    'Unsupported version: only v3',
  ],
  [
    'a chart that nobody is to install',
    chart({}, { annotations: { 'helmcharts.helm.cattle.io/unmanaged': '' } }),
    undefined,
    false,
    'ready',
    '',
  ],
];

describe('a chart', () => {
  it.each(CASES)('with %s', (_, given, made, settled, state, message) => {
    expect(helmChartReady(given, made, settled)).toEqual({ state, message });
  });

  it('is, by itself, as far as its controller says', () => {
    expect(readinessOf(chart({}))).toMatchObject({ state: 'waiting' });
    expect(readinessOf(chart())).toEqual({ state: 'ready', message: '' });
    const failed = { jobName: 'x', conditions: [condition('Failed', 'True', 'Job failed', 'too often')] };
    expect(readinessOf(chart(failed))).toEqual({ state: 'failed', message: 'Job failed: too often' });
  });
});

describe('a certificate', () => {
  const certificate = (issuing: JsonObject, ready = 'False'): JsonObject => ({
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: 'tls', generation: 2 },
    status: {
      conditions: [{ ...condition('Ready', ready, 'DoesNotExist'), observedGeneration: 2 }, issuing],
    },
  });
  const issuing = (status: string, reason: string, observedGeneration: number) => ({
    ...condition('Issuing', status, reason, 'The order is invalid'),
    observedGeneration,
  });

  it('has failed when its last attempt did: the next is an hour away', () => {
    expect(readinessOf(certificate(issuing('False', 'Failed', 2)))).toEqual({
      state: 'failed',
      message: 'Failed: The order is invalid',
    });
  });

  it.each([
    ['while it is issued', issuing('True', 'DoesNotExist', 2)],
    ['when another generation of it failed', issuing('False', 'Failed', 1)],
  ])('has not %s', (_, given) => {
    expect(readinessOf(certificate(given)).state).toBe('waiting');
  });

  it('is ready when it is, whatever a renewal does', () => {
    expect(readinessOf(certificate(issuing('False', 'Failed', 2), 'True')).state).toBe('ready');
  });
});
