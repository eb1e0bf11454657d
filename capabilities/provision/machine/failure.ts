import { type Problem, UserError } from '../../../generator/errors.ts';
import type { MachineStage, TimelineEntry } from '../../../generator/provision/machine/stages.ts';

/** Why a machine did not become what it should. No secret is in it. */
export class MachineFailed extends UserError {
  /** Where; set by whoever ran the stage. */
  stage: MachineStage | undefined;
  /** Nothing leads on from here: remove this machine and create another. */
  readonly lost: boolean;
  timeline: readonly TimelineEntry[] = [];
  /** Stage -> what the machine logged there; for whoever looks for the reason. */
  logs: ReadonlyMap<MachineStage, string> = new Map();

  constructor(problems: Problem | readonly Problem[], options: ErrorOptions & { lost?: boolean } = {}) {
    super(problems, options);
    this.lost = options.lost ?? false;
  }
}

/** A machine from which nothing leads on. @param said The last lines of its log */
export function lostMachine(why: string, said = ''): MachineFailed {
  return new MachineFailed(
    {
      message: said === '' ? why : `${why}; its log ends with\n${said}`,
      remedy:
        'A conversion cannot be taken up half-way: remove this droplet and create it anew. Its volume and its address stay. The log says more.',
    },
    { lost: true },
  );
}
