import { type Answer, refuse } from './http.ts';

/** What goes wrong with one request. */
export interface Fault {
  /** It is done all the same, or not. */
  carriedOut: boolean;
  /** What the caller gets: nothing, and the line stays open; a line that is cut; an answer. */
  answer: 'none' | 'reset' | 'usual' | Answer;
  /** What comes after it: the caller is dead, or the whole API is down. */
  fromThen?: 'cut' | 'outage';
}

export const FAULTS = {
  'rate limit': {
    carriedOut: false,
    answer: {
      ...refuse(429, 'too_many_requests', 'API Rate limit exceeded.'),
      headers: { 'retry-after': '7', 'ratelimit-remaining': '0' },
    },
  },
  'server error': { carriedOut: false, answer: refuse(500, 'server_error', 'Unexpected server-side error') },
  'server error, yet carried out': {
    carriedOut: true,
    answer: refuse(500, 'server_error', 'Unexpected server-side error'),
  },
  unavailable: {
    carriedOut: false,
    answer: refuse(503, 'service_unavailable', 'Server is temporarily unavailable.'),
  },
  'line cut before it arrives': { carriedOut: false, answer: 'reset' },
  'line cut after it arrived': { carriedOut: true, answer: 'reset' },
  'no answer in time': { carriedOut: true, answer: 'none' },
  refused: {
    carriedOut: false,
    answer: refuse(403, 'forbidden', 'You do not have permission to perform this action.'),
  },
  'down from then on': {
    carriedOut: false,
    answer: refuse(503, 'service_unavailable', 'Server is temporarily unavailable.'),
    fromThen: 'outage',
  },
  'caller dies before it arrives': { carriedOut: false, answer: 'reset', fromThen: 'cut' },
  'caller dies after it arrived': { carriedOut: true, answer: 'reset', fromThen: 'cut' },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;
