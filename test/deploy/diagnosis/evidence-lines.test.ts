import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { issuingTrouble } from '../../../generator/deploy/diagnosis/certificate.ts';
import { badConditions } from '../../../generator/deploy/diagnosis/conditions.ts';
import { eventLines } from '../../../generator/deploy/diagnosis/event-lines.ts';
import { logLines } from '../../../generator/deploy/diagnosis/log-lines.ts';
import { claimsOf, podLines, unreadyContainer } from '../../../generator/deploy/diagnosis/pod-lines.ts';
import type { JsonObject } from '../../../generator/manifest.ts';

describe('logLines', () => {
  it('shows the last 20 lines', () => {
    const text = Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join('');
    expect(logLines(text)).toEqual(Array.from({ length: 20 }, (_, index) => `line ${index + 10}`));
  });

  it('takes away colours, and shows what else would act on a terminal', () => {
    expect(logLines('\u001b[1;31mERROR\u001b[0m a\u0007b\r\n\tat Main.kt\n\u001b]0;title\u0007c\n')).toEqual([
      'ERROR a\\u0007b',
      '  at Main.kt',
      'c',
    ]);
  });

  it('shows the beginning of a line that is too long', () => {
    const [line = '', ...more] = logLines(`first\n${'é'.repeat(5000)}\n`);
    expect(more).toEqual([]);
    expect(line).toMatch(/^é+…$/);
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(4096);
  });

  it('never shows more than 20 lines and 4 KiB, nor a control character', () => {
    const repeated = fc.tuple(fc.constantFrom('a', 'é', '\u0007', '\u001b[31mred'), fc.nat(2000));
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      repeated.map(([text, times]) => text.repeat(times)),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const shown = logLines(lines.join('\n'));
        expect(shown.length).toBeLessThanOrEqual(20);
        expect(Buffer.byteLength(shown.join('\n'))).toBeLessThanOrEqual(4096);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them is to be there
        expect(shown.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it('says nothing of a log that is empty', () => {
    expect(logLines('\n\n')).toEqual([]);
  });
});

describe('eventLines', () => {
  const event = (minute: number, reason: string, more: JsonObject = {}): JsonObject => ({
    type: 'Warning',
    reason,
    message: `${reason} happened`,
    involvedObject: { uid: 'u', kind: 'Pod', name: 'web-1' },
    lastTimestamp: `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`,
    count: 1,
    ...more,
  });
  const uids = new Set(['u']);

  it('tells the newest last, and the same once', () => {
    const events = [
      event(3, 'BackOff', { count: 4 }),
      event(1, 'Pulled', { type: 'Normal' }),
      event(5, 'BackOff', { count: 2 }),
      event(4, 'Unhealthy'),
      event(9, 'Foreign', { involvedObject: { uid: 'v' } }),
    ];
    expect(eventLines(events, uids)).toEqual([
      'Normal Pulled (Pod web-1): Pulled happened',
      'Warning Unhealthy (Pod web-1): Unhealthy happened',
      'Warning BackOff (Pod web-1, 6 times): BackOff happened',
    ]);
  });

  it('reads the newer form, too', () => {
    const newer = event(1, 'FailedScheduling', {
      lastTimestamp: null,
      count: null,
      eventTime: '2026-01-01T00:02:00.000000Z',
      series: { count: 7, lastObservedTime: '2026-01-01T00:30:00.000000Z' },
    });
    expect(eventLines([newer, event(10, 'Later')], uids)).toEqual([
      'Warning Later (Pod web-1): Later happened',
      'Warning FailedScheduling (Pod web-1, 7 times): FailedScheduling happened',
    ]);
  });

  it('shows ten, and leaves out what tells of nothing bad first', () => {
    const warnings = Array.from({ length: 8 }, (_, index) => event(index, `W${index}`));
    const normals = Array.from({ length: 8 }, (_, index) =>
      event(index + 20, `N${index}`, { type: 'Normal' }),
    );
    const shown = eventLines([...normals, ...warnings], uids).map((line) => line.split(' ')[1]);
    expect(shown).toEqual(['W0', 'W1', 'W2', 'W3', 'W4', 'W5', 'W6', 'W7', 'N6', 'N7']);
    const many = Array.from({ length: 14 }, (_, index) => event(index, `M${index}`));
    const last = eventLines([...many, ...normals], uids).map((line) => line.split(' ')[1]);
    expect(last).toEqual(many.slice(-10).map(({ reason }) => reason));
  });
});

describe('badConditions', () => {
  it('tells those that are not as they should be', () => {
    const condition = (type: string, status: string, reason = '', message = '') => ({
      type,
      status,
      reason,
      message,
    });
    const conditions = [
      condition('Available', 'False', 'MinimumReplicasUnavailable', 'too few'),
      condition('Progressing', 'True'),
      condition('ReplicaFailure', 'True', 'FailedCreate', 'exceeded quota'),
      condition('ReplicaFailure', 'False'),
      condition('MemoryPressure', 'False'),
      condition('Issuing', 'False', 'Failed', 'order is invalid'),
      condition('Issuing', 'True', 'DoesNotExist'),
      condition('Suspended', 'True'),
      condition('Synced', 'Unknown'),
    ];
    expect(badConditions({ status: { conditions } })).toEqual([
      'Available is False: MinimumReplicasUnavailable: too few',
      'ReplicaFailure is True: FailedCreate: exceeded quota',
      'Issuing is False: Failed: order is invalid',
      'Synced is Unknown',
    ]);
  });
});

describe('podLines', () => {
  const pod: JsonObject = {
    spec: {
      nodeName: 'machine',
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
      ],
    },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
      initContainerStatuses: [
        {
          name: 'migrate',
          ready: true,
          restartCount: 0,
          state: { terminated: { exitCode: 0, reason: 'Completed' } },
        },
      ],
      containerStatuses: [
        { name: 'side', ready: true, restartCount: 0, state: { running: {} } },
        {
          name: 'web',
          ready: false,
          restartCount: 1,
          state: { running: {} },
          lastState: { terminated: { exitCode: 143, reason: 'Error' } },
        },
      ],
    },
  };

  it('says how each container is', () => {
    expect(podLines(pod)).toEqual([
      'Running on machine',
      'Ready is False: ContainersNotReady',
      'init container migrate: ended: exit code 0',
      'container side: runs, ready',
      'container web: runs, not ready, 1 restart, before: exit code 143',
    ]);
    expect(unreadyContainer(pod)).toBe('web');
    expect(claimsOf(pod)).toEqual(['data']);
  });

  it('says why a node turned it away', () => {
    expect(
      podLines({ status: { phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory.' } }),
    ).toEqual(['Failed: Evicted: The node was low on memory.']);
    expect(podLines({})).toEqual(['not seen by anybody']);
  });
});

describe('issuingTrouble', () => {
  const named = (
    name: string,
    uid: string,
    owner: string,
    status: JsonObject,
    spec: JsonObject = {},
  ): JsonObject => ({
    metadata: { name, uid, ownerReferences: [{ uid: owner }], creationTimestamp: '2026-01-01T00:00:00Z' },
    spec,
    status,
  });
  const later = (object: JsonObject): JsonObject => ({
    ...object,
    metadata: { ...(object.metadata as JsonObject), creationTimestamp: '2026-01-02T00:00:00Z' },
  });
  const certificate: JsonObject = { metadata: { name: 'tls', uid: 'c' } };

  it('follows the newest attempt to the challenge that fails', () => {
    const ready = { type: 'Ready', status: 'False', reason: 'Pending', message: 'Waiting on order' };
    expect(
      issuingTrouble(certificate, {
        requests: [
          later(named('tls-2', 'r2', 'c', { conditions: [ready] })),
          named('tls-1', 'r1', 'c', {}),
          named('x', 'rx', 'x', {}),
        ],
        orders: [
          named('o-1', 'o1', 'r1', { state: 'invalid' }),
          named('o-2', 'o2', 'r2', { state: 'pending' }),
        ],
        challenges: [
          named('old', 'h0', 'o1', { state: 'invalid', reason: 'long ago' }),
          named('done', 'h1', 'o2', { state: 'valid' }, { dnsName: 'a.example' }),
          named('queued', 'h2', 'o2', {}, { dnsName: 'b.example', type: 'HTTP-01' }),
          named(
            'fails',
            'h3',
            'o2',
            { state: 'pending', reason: 'no such host' },
            { dnsName: 'c.example', type: 'HTTP-01' },
          ),
        ],
      }),
    ).toEqual({
      message: 'c.example by HTTP-01: pending: no such host',
      lines: [
        'CertificateRequest tls-2: Ready is False: Pending: Waiting on order',
        'Order o-2: pending',
        'Challenge queued: b.example by HTTP-01: not begun',
        'Challenge fails: c.example by HTTP-01: pending: no such host',
      ],
    });
  });

  it('says nothing when nothing was begun', () => {
    const none = { requests: [], orders: [], challenges: [] };
    expect(issuingTrouble(certificate, none)).toEqual({ message: undefined, lines: [] });
  });
});
