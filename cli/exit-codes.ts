/** What each exit code means; the help and the README are made of it. */
export const EXIT_CODES: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'findings, stale files, drift, or a delivery that failed or was taken back',
  2: 'not begun, or stopped: something to mend in the spec, a file, an argument, a cluster or an account',
  70: 'a mistake of Lunchbox',
};

/** As sysexits.h has it (EX_SOFTWARE): no script takes it for a finding. */
export const BUG = 70;
