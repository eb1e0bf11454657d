/** What a machine goes through until it can be delivered to, in order. */
const MACHINE_STAGES = [
  'reachable',
  'converting',
  'host key',
  'reboot',
  'nixos',
  'facts',
  'converged',
  'k3s',
  'ports',
  'sealing key',
  'backups',
  'escrow',
] as const;

export type MachineStage = (typeof MACHINE_STAGES)[number];

/** What each is called where people read it. */
export const STAGE_TITLES: Readonly<Record<MachineStage, string>> = {
  reachable: 'reachable, with the pinned host key',
  converting: 'converted to NixOS',
  'host key': 'a host key of its own',
  reboot: 'rebooted',
  nixos: 'runs NixOS',
  facts: 'network known',
  converged: "runs the repository's configuration",
  k3s: 'k3s ready',
  ports: 'ports proven closed from outside',
  'sealing key': 'sealing key delivered',
  backups: 'backups set up',
  escrow: 'token and key in escrow',
};

const MINUTE = 60_000;

/** Milliseconds that each may take. */
export const STAGE_LIMITS: Readonly<Record<MachineStage, number>> = {
  reachable: 5 * MINUTE,
  converting: 20 * MINUTE,
  'host key': 2 * MINUTE,
  reboot: 8 * MINUTE,
  nixos: 5 * MINUTE,
  facts: MINUTE,
  converged: 30 * MINUTE,
  k3s: 10 * MINUTE,
  ports: 3 * MINUTE,
  'sealing key': 2 * MINUTE,
  backups: 2 * MINUTE,
  escrow: 2 * MINUTE,
};

/** `already`: the machine was past it. `skipped`: there was nothing to do it with. */
export type StageOutcome = 'done' | 'already' | 'skipped' | 'failed';

export interface TimelineEntry {
  stage: MachineStage;
  outcome: StageOutcome;
  milliseconds: number;
  /** One line; empty when there is nothing to say. */
  note: string;
}

/** What happens while a machine is prepared, in order. */
export type MachineEvent =
  | { type: 'stage'; stage: MachineStage; limit: number }
  | { type: 'progress'; stage: MachineStage; message: string }
  | { type: 'stage-done'; entry: TimelineEntry }
  | { type: 'warning'; stage: MachineStage; message: string };
