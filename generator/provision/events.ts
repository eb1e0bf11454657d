import type { Plan, Step } from './plan/plan.ts';

/** What happens while a run changes the account, in order. */
export type ProvisionEvent =
  | { type: 'plan'; plan: Plan }
  | { type: 'step'; step: Step }
  | { type: 'waiting'; text: string }
  | { type: 'done'; step: Step; milliseconds: number; detail: string }
  | { type: 'note'; text: string }
  | { type: 'warning'; text: string };
