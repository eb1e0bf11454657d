/** What came back for one request: a status, or the code of the error that kept one away. */
export type ProbeAnswer =
  | {
      status: number;
      /** It looks like the 404 of an ingress controller that knows no route for the host. */
      routeless?: boolean;
    }
  | { error: string };

/** One request of a prober. Times in milliseconds since it started. */
export interface ProbeSample {
  sent: number;
  /** When the answer was there, or its lack; when it was sent, if left out. */
  ended?: number;
  answer: ProbeAnswer;
}

/** A line to an ingress that was cut. Times in milliseconds since the prober started. */
export interface Cut {
  /** Until when it carried for sure. */
  from: number;
  /** From when it did not for sure. */
  noticed: number;
  /** When it stood again. */
  until: number;
}

/** How users fared at one URL. */
export interface ProbeReport {
  url: string;
  /** Requests from the first good answer on: before that, nobody could miss anything. */
  requests: number;
  /** How many of them got no good answer. */
  failures: number;
  /** The longest time without a good answer, in milliseconds: from the request that got one to the next that did. */
  longestGap: number;
  /** Why requests failed -> how often: `502`, `refused`, `timed out`. Before the first good answer if there was none. */
  reasons: Record<string, number>;
  /** When the first request was sent that got a good answer, in milliseconds since the start; undefined: none did. */
  since: number | undefined;
  /** Requests before that: all in vain. */
  unanswered: number;
  /** The last request failed too: the longest gap may go on. */
  down: boolean;
  /** Milliseconds for which nothing could be asked, because the line to the ingress was cut: no part of all the others. */
  unasked: number;
  /** That was most of the time: that nothing failed says little. */
  scarce: boolean;
}

export interface Probed {
  url: string;
  /** In any order. */
  samples: readonly ProbeSample[];
  /** Milliseconds between two requests, as planned. */
  interval: number;
  /** When the prober stopped asking, in milliseconds since it started. */
  ended: number;
  /** When the line was cut that requests went through. */
  cuts?: readonly Cut[];
}

const ROUTELESS = 'no route (404)';

/** Codes of Node's network errors -> what people call them. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED$/, 'refused'],
  [/^(?:ETIMEDOUT|ESOCKETTIMEDOUT)$/, 'timed out'],
  [/^(?:ECONNRESET|EPIPE|ECONNABORTED)$/, 'connection lost'],
  [/^(?:ENOTFOUND|EAI_)/, 'name not found'],
  [/^(?:EHOSTUNREACH|ENETUNREACH|ENETDOWN)$/, 'unreachable'],
  // A tunnel that is not there.
  [/^(?:ENOENT|EACCES)$/, 'no tunnel'],
  [/CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH$/, 'certificate'],
  [/^(?:EPROTO|ERR_SSL_|ERR_TLS_)/, 'TLS'],
  [/^HPE_/, 'not HTTP'],
];

/**
 * Why an answer is no good one; undefined when it is. A redirect and every 4xx are the app's own words; only an ingress
 * controller's 404 is not, because it stands for an app that nobody reaches.
 */
export function failureOf(answer: ProbeAnswer): string | undefined {
  if ('error' in answer) {
    const known = WORDS.find(([code]) => code.test(answer.error));
    return known ? known[1] : answer.error.toLowerCase() || 'failed';
  }
  if (answer.routeless) return ROUTELESS;
  return answer.status >= 500 ? String(answer.status) : undefined;
}

/** Counts what a prober saw at one URL. */
export function probeReport({ url, samples, interval, ended, cuts = [] }: Probed): ProbeReport {
  const sorted = [...samples].sort((one, other) => one.sent - other.sent);
  const doubts = cuts.map((cut) => doubtOf(cut, sorted));
  const asked = sorted.filter((sample) => !isUnasked(sample, doubts));
  const inOrder = asked.map(({ sent, answer }) => ({ sent, failure: failureOf(answer) }));
  const unasked = asked.length === sorted.length ? 0 : Math.round(unaskedTime(sorted, new Set(asked), ended));
  const first = inOrder.findIndex(({ failure }) => failure === undefined);
  const counted = first < 0 ? [] : inOrder.slice(first);
  const reasons: Record<string, number> = {};
  for (const { failure } of first < 0 ? inOrder : counted)
    if (failure !== undefined) reasons[failure] = (reasons[failure] ?? 0) + 1;
  const { longestGap, down } = gapsOf(counted, interval, ended);
  return {
    url,
    requests: counted.length,
    failures: counted.filter(({ failure }) => failure !== undefined).length,
    longestGap: Math.round(longestGap),
    reasons,
    since: counted[0] === undefined ? undefined : Math.round(counted[0].sent),
    unanswered: inOrder.length - counted.length,
    down,
    unasked,
    scarce: unasked > (ended - (sorted[0]?.sent ?? ended)) / 2,
  };
}

/** Errors that a cut line makes: whatever else is said comes from its other end. */
const OF_THE_LINE = /^(?:ECONN|EPIPE$|ETIMEDOUT$|ESOCKETTIMEDOUT$|ENOENT$|EACCES$)/;

/** From when to when nobody can say whether the line carried. */
function doubtOf(cut: Cut, all: readonly ProbeSample[]): Pick<Cut, 'from' | 'until'> {
  // It carried what came back through it.
  const carried = all.findLast(({ sent, answer }) => !('error' in answer) && sent < cut.noticed);
  return { from: Math.max(cut.from, carried?.sent ?? cut.from), until: cut.until };
}

/** Whether a request came to nothing while the line did not carry, or may not have: nobody was asked. */
function isUnasked(
  { sent, ended = sent, answer }: ProbeSample,
  doubts: readonly Pick<Cut, 'from' | 'until'>[],
): boolean {
  if (!('error' in answer && OF_THE_LINE.test(answer.error))) return false;
  return doubts.some(({ from, until }) => sent < until && ended >= from);
}

/** From each request that came to nothing to the next that did not, or to the end. */
function unaskedTime(all: readonly ProbeSample[], asked: ReadonlySet<ProbeSample>, ended: number): number {
  let [time, since] = [0, undefined as number | undefined];
  for (const sample of all) {
    if (!asked.has(sample)) since ??= sample.sent;
    else if (since !== undefined) {
      time += sample.sent - since;
      since = undefined;
    }
  }
  return since === undefined ? time : time + Math.max(0, ended - since);
}

/**
 * A machine that was too busy to ask learned nothing about the time in between: such a pause counts as two intervals at
 * most, or a busy runner would look like a broken deploy.
 */
function gapsOf(
  counted: readonly { sent: number; failure: string | undefined }[],
  interval: number,
  ended: number,
): { longestGap: number; down: boolean } {
  let [longestGap, gap, before] = [0, 0, counted[0]?.sent ?? 0];
  const pass = (until: number) => {
    gap += Math.min(Math.max(0, until - before), 2 * interval);
    longestGap = Math.max(longestGap, gap);
    before = until;
  };
  for (const { sent, failure } of counted) {
    pass(sent);
    if (failure === undefined) gap = 0;
  }
  const down = counted.at(-1)?.failure !== undefined;
  if (down) pass(ended);
  return { longestGap, down };
}

/** One line for each URL: `https://shop.example/: 1,600 requests, 0 failed, longest gap 64 ms`. */
export function formatDowntime(reports: readonly ProbeReport[]): string[] {
  return reports.map((report) => {
    const { url, requests, failures, since, unanswered } = report;
    const unasked =
      report.unasked > 0 ? `, not asked for ${exactDuration(report.unasked)} while the line was cut` : '';
    if (since === undefined) {
      return unanswered === 0
        ? `${url}: not asked${unasked === '' ? '' : ': the line was cut'}`
        : `${url}: no good answer to ${count(unanswered, 'request')}, so no downtime was measured${why(report)}${unasked}`;
    }
    if (report.scarce && failures === 0)
      return `${url}: asked for too little to say that nothing failed: ${count(requests, 'request')}${unasked}`;
    const began = unanswered > 0 ? `, counted from its first good answer after ${exactDuration(since)}` : '';
    const still = report.down ? ', down at the end' : '';
    const gap = `longest gap ${exactDuration(report.longestGap)}`;
    return `${url}: ${count(requests, 'request')}, ${number(failures)} failed${why(report)}, ${gap}${still}${unasked}${began}`;
  });
}

/** ` (54 × 502, 24 × timed out)`: the most frequent first. */
function why({ reasons }: ProbeReport): string {
  const entries = Object.entries(reasons).sort(
    ([one, often], [other, times]) => times - often || (one < other ? -1 : 1),
  );
  if (entries.length === 0) return '';
  return ` (${entries.map(([reason, times]) => `${number(times)} × ${reason}`).join(', ')})`;
}

/** `3,403 ms` or `60 s`: to the millisecond where users would notice the difference. */
export function exactDuration(milliseconds: number): string {
  return milliseconds < 10_000
    ? `${number(milliseconds)} ms`
    : `${number(Math.round(milliseconds / 1000))} s`;
}

function count(amount: number, noun: string): string {
  return `${number(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

/** `1,600`: the same on every machine, whatever its language. */
function number(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
