import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Cut,
  failureOf,
  formatDowntime,
  type ProbeAnswer,
  type ProbeReport,
  type ProbeSample,
  probeReport,
} from '../../generator/deploy/downtime.ts';

const INTERVAL = 50;
const url = 'https://shop.example/';
const GOOD: ProbeAnswer = { status: 200 };

const answer: fc.Arbitrary<ProbeAnswer> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<ProbeAnswer>({ status: 200 }, { status: 302 }, { status: 401 }) },
  fc.constantFrom<ProbeAnswer>({ status: 502 }, { error: 'ECONNREFUSED' }, { status: 404, routeless: true }),
);
/** Requests at a perfectly constant rate. */
const answers = fc.array(answer, { maxLength: 40 });
const samplesOf = (all: readonly ProbeAnswer[]): ProbeSample[] =>
  all.map((each, index) => ({ sent: index * INTERVAL, answer: each }));
const reportOf = (all: readonly ProbeAnswer[]) =>
  probeReport({ url, samples: samplesOf(all), interval: INTERVAL, ended: all.length * INTERVAL });
const isGood = (each: ProbeAnswer) => failureOf(each) === undefined;

describe('what is a failure', () => {
  it.each<[ProbeAnswer, string | undefined]>([
    [{ status: 200 }, undefined],
    [{ status: 204 }, undefined],
    [{ status: 301 }, undefined],
    [{ status: 401 }, undefined],
    [{ status: 404 }, undefined],
    [{ status: 404, routeless: true }, 'no route (404)'],
    [{ status: 429 }, undefined],
    [{ status: 499 }, undefined],
    [{ status: 500 }, '500'],
    [{ status: 503 }, '503'],
    [{ error: 'ECONNREFUSED' }, 'refused'],
    [{ error: 'ECONNRESET' }, 'connection lost'],
    [{ error: 'ETIMEDOUT' }, 'timed out'],
    [{ error: 'ENOTFOUND' }, 'name not found'],
    [{ error: 'EAI_AGAIN' }, 'name not found'],
    [{ error: 'ENETUNREACH' }, 'unreachable'],
    [{ error: 'ENOENT' }, 'no tunnel'],
    [{ error: 'CERT_HAS_EXPIRED' }, 'certificate'],
    [{ error: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'certificate'],
    [{ error: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'certificate'],
    [{ error: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'certificate'],
    [{ error: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'TLS'],
    [{ error: 'HPE_INVALID_CONSTANT' }, 'not HTTP'],
    [{ error: 'EMFILE' }, 'emfile'],
    [{ error: '' }, 'failed'],
  ])('%j: %s', (each, failure) => {
    expect(failureOf(each)).toBe(failure);
  });
});

describe('the report of a prober', () => {
  it('does not depend on the order in which answers came', () => {
    const shuffled = answers.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(samplesOf(all), { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, samples]) => {
        const ended = all.length * INTERVAL;
        expect(probeReport({ url, samples, interval: INTERVAL, ended })).toEqual(reportOf(all));
      }),
    );
  });

  it('counts every request once, and every failure with its reason', () => {
    fc.assert(
      fc.property(answers, (all) => {
        const { requests, unanswered, failures, reasons, since } = reportOf(all);
        const named = Object.values(reasons).reduce((sum, times) => sum + times, 0);
        expect(requests + unanswered).toBe(all.length);
        expect(requests - failures).toBe(all.filter(isGood).length);
        expect(named).toBe(since === undefined ? unanswered : failures);
      }),
    );
  });

  it('has as its longest gap the longest way from one good answer to the next, or to the end', () => {
    fc.assert(
      fc.property(answers, (all) => {
        const good = samplesOf(all).filter(({ answer: each }) => isGood(each));
        const last = all.at(-1);
        const ends = last && !isGood(last) && good.length > 0 ? [all.length * INTERVAL] : [];
        const times = [...good.map(({ sent }) => sent), ...ends];
        const ways = times.slice(1).map((time, index) => time - (times[index] ?? 0));
        expect(reportOf(all).longestGap).toBe(Math.max(0, ...ways));
        expect(reportOf(all).down).toBe(ends.length > 0);
      }),
    );
  });

  it('counts nothing before the first good answer', () => {
    const bad = fc.array(
      answer.filter((each) => !isGood(each)),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(bad, answers, (before, after) => {
        const whole = reportOf([...before, GOOD, ...after]);
        const without = reportOf([GOOD, ...after]);
        expect(whole).toEqual({ ...without, unanswered: before.length, since: before.length * INTERVAL });
      }),
    );
  });

  it('grows when a good answer becomes a failure', () => {
    fc.assert(
      fc.property(answers, fc.nat(), (all, at) => {
        const before = [GOOD, ...all];
        const after = before.map((each, index) =>
          index === 1 + (at % before.length) ? { status: 500 } : each,
        );
        expect(reportOf(after).failures).toBeGreaterThanOrEqual(reportOf(before).failures);
        expect(reportOf(after).longestGap).toBeGreaterThanOrEqual(reportOf(before).longestGap);
      }),
    );
  });

  it('does not take a pause of the prober itself for one of the app', () => {
    const samples = [0, 50, 3_000, 3_050].map((sent) => ({ sent, answer: GOOD }));
    expect(probeReport({ url, samples, interval: INTERVAL, ended: 3_060 }).longestGap).toBe(100);
  });

  const reportAround = (
    cut: Cut,
    all: readonly (readonly [sent: number, answer: ProbeAnswer, ended?: number])[],
    ended = 10_000,
  ) =>
    probeReport({
      url,
      samples: all.map(([sent, each, at]) => ({
        sent,
        answer: each,
        ...(at === undefined ? {} : { ended: at }),
      })),
      interval: INTERVAL,
      ended,
      cuts: [cut],
    });
  const GONE: ProbeAnswer = { error: 'ENOENT' };
  const RESET: ProbeAnswer = { error: 'ECONNRESET' };

  it('leaves out what it could not ask while the line was cut, and says for how long', () => {
    const all = Array.from({ length: 200 }, (_, index) => {
      const sent = index * INTERVAL;
      return [sent, sent > 3_000 && sent < 7_000 ? GONE : GOOD] as const;
    });
    const report = reportAround({ from: 0, noticed: 3_010, until: 6_990 }, all);
    expect(report).toMatchObject({
      requests: 121,
      failures: 0,
      longestGap: 100,
      unasked: 3_950,
      scarce: false,
    });
    // Nothing but the line was gone.
    expect(
      probeReport({ url, samples: samplesOf(all.map(([, each]) => each)), interval: 50, ended: 10_000 })
        .failures,
    ).toBe(79);
  });

  it('counts what failed while the line carried, also shortly before and after it was cut', () => {
    const cut = { from: 0, noticed: 500, until: 900 };
    const report = reportAround(
      cut,
      [
        [0, GOOD],
        [50, RESET],
        [100, { status: 502 }],
        [150, RESET],
        [200, GOOD],
        [250, RESET],
        [950, RESET],
        [1_000, GOOD],
      ],
      1_050,
    );
    // The one at 250 may have been the line; those before an answer came through it were not.
    expect(report).toMatchObject({ requests: 7, failures: 4, unasked: 700 });
    expect(report.reasons).toEqual({ 'connection lost': 3, 502: 1 });
  });

  it('counts neither what waited for its answer when the line was cut, nor what no answer can have come from', () => {
    const cut = { from: 900, noticed: 1_000, until: 2_000 };
    const hanging = reportAround(cut, [
      [0, GOOD],
      [50, RESET, 1_005],
      [100, GOOD],
      [2_050, GOOD],
    ]);
    expect(hanging).toMatchObject({ requests: 3, failures: 0 });
    const slow = reportAround(cut, [
      [0, GOOD],
      [50, RESET, 60],
      [100, GOOD],
      [2_050, GOOD],
    ]);
    expect(slow).toMatchObject({ requests: 4, failures: 1 });
    const app = reportAround(cut, [
      [0, GOOD],
      [1_500, { status: 503 }],
      [2_050, GOOD],
    ]);
    expect(app).toMatchObject({ requests: 3, failures: 1 });
  });

  it('says when too little was asked, and when the line never stood again', () => {
    const cut = { from: 100, noticed: 200, until: Number.POSITIVE_INFINITY };
    const report = reportAround(
      cut,
      [
        [0, GOOD],
        [50, GOOD],
        [250, GONE],
        [300, GONE],
      ],
      1_000,
    );
    expect(report).toMatchObject({ requests: 2, failures: 0, unasked: 750, scarce: true, down: false });
    const never = reportAround(
      { ...cut, from: 0, noticed: 0 },
      [
        [0, GONE],
        [50, GONE],
      ],
      1_000,
    );
    expect(never).toMatchObject({ requests: 0, unanswered: 0, since: undefined, unasked: 1_000 });
  });

  it('says nothing of a host that nobody asked', () => {
    expect(reportOf([])).toEqual({
      url,
      requests: 0,
      failures: 0,
      longestGap: 0,
      reasons: {},
      since: undefined,
      unanswered: 0,
      down: false,
      unasked: 0,
      scarce: false,
    });
  });
});

describe('the report for a person', () => {
  const fine: ProbeReport = {
    url,
    requests: 1_600,
    failures: 0,
    longestGap: 64,
    reasons: {},
    since: 0,
    unanswered: 0,
    down: false,
    unasked: 0,
    scarce: false,
  };

  it.each<[Partial<ProbeReport>, string]>([
    [{}, '1,600 requests, 0 failed, longest gap 64 ms'],
    [{ requests: 1 }, '1 request, 0 failed, longest gap 64 ms'],
    [
      { failures: 78, longestGap: 3_403, reasons: { 'timed out': 24, 502: 54 } },
      '1,600 requests, 78 failed (54 × 502, 24 × timed out), longest gap 3,403 ms',
    ],
    [
      { failures: 1_200, longestGap: 60_400, reasons: { refused: 1_200 }, down: true },
      '1,600 requests, 1,200 failed (1,200 × refused), longest gap 60 s, down at the end',
    ],
    [
      { since: 12_345, unanswered: 240 },
      '1,600 requests, 0 failed, longest gap 64 ms, counted from its first good answer after 12 s',
    ],
    [
      { requests: 0, since: undefined, unanswered: 300, longestGap: 0, reasons: { certificate: 300 } },
      'no good answer to 300 requests, so no downtime was measured (300 × certificate)',
    ],
    [{ requests: 0, since: undefined, longestGap: 0 }, 'not asked'],
    [
      { unasked: 3_950 },
      '1,600 requests, 0 failed, longest gap 64 ms, not asked for 3,950 ms while the line was cut',
    ],
    [
      { requests: 12, unasked: 42_000, scarce: true },
      'asked for too little to say that nothing failed: 12 requests, not asked for 42 s while the line was cut',
    ],
    [
      { requests: 12, failures: 1, reasons: { 502: 1 }, unasked: 42_000, scarce: true },
      '12 requests, 1 failed (1 × 502), longest gap 64 ms, not asked for 42 s while the line was cut',
    ],
    [
      { requests: 0, since: undefined, longestGap: 0, unasked: 42_000, scarce: true },
      'not asked: the line was cut',
    ],
  ])('%j', (part, text) => {
    expect(formatDowntime([{ ...fine, ...part }])).toEqual([`${url}: ${text}`]);
  });

  it('has a line for each host', () => {
    expect(formatDowntime([fine, { ...fine, url: 'https://api.shop.example/' }])).toHaveLength(2);
    expect(formatDowntime([])).toEqual([]);
  });
});
