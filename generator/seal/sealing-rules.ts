import type { Severity } from '../finding.ts';

/** What `secrets check` looks for, and why; the ids are stable. */
export const SEALING_RULES = {
  'sealed-value-missing': {
    severity: 'error',
    summary: 'A workload needs a value that is not sealed: its pods would not start',
  },
  'sealed-value-unused': { severity: 'warning', summary: 'A sealed value that no workload uses' },
  'sealed-value-scope': {
    severity: 'error',
    summary: 'A value sealed for another Secret or namespace: the controller cannot open it there',
  },
  'sealed-value-certificate': {
    severity: 'error',
    summary: 'A value sealed with the certificate of another environment, or with one that was replaced',
  },
  'sealed-value-malformed': {
    severity: 'error',
    summary: 'Something in the place of a sealed value that is none',
  },
  'sealed-value-digest': {
    severity: 'error',
    summary: 'A sealed value that was changed by hand since it was sealed, or swapped with another',
  },
  'sealing-certificate-expiring': {
    severity: 'warning',
    summary: 'The sealing certificate expires within 90 days',
  },
  'sealing-certificate-expired': {
    severity: 'error',
    summary: 'The sealing certificate is not valid today: nothing can be sealed with it',
  },
} as const satisfies Record<string, { severity: Severity; summary: string }>;

export type SealingRule = keyof typeof SEALING_RULES;
