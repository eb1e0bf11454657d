import { Fields } from './fields.ts';

/** How it stands with an activation. Exit codes are undefined until there is one. */
export interface Activation {
  /** Store paths of what runs, and of what the machine starts with. */
  current: string;
  profile: string;
  /** Undefined when the machine has started anew since. */
  id: string | undefined;
  activated: number | undefined;
  decided: { what: 'confirm' } | { what: 'revert'; by: 'timer' | 'asked' } | undefined;
  confirmed: number | undefined;
  reverted: number | undefined;
  log: string[];
}

/** Reads what `activationScript` printed. */
export function readActivation(text: string): Activation {
  const fields = new Fields(text);
  const decided = fields.one('decided');
  return {
    current: fields.one('current') ?? '',
    profile: fields.one('profile') ?? '',
    id: fields.one('id'),
    activated: fields.number('activated'),
    decided:
      decided === undefined
        ? undefined
        : decided === 'confirm'
          ? { what: 'confirm' }
          : { what: 'revert', by: decided === 'revert timer' ? 'timer' : 'asked' },
    confirmed: fields.number('confirmed'),
    reverted: fields.number('reverted'),
    log: ['activate-log', 'confirm-log', 'revert-log'].flatMap((key) => fields.all(key)),
  };
}
