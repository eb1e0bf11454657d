import { UserError } from '../../generator/errors.ts';
import { type Observation, readObservation } from '../../generator/host/observation.ts';
import { observeScript } from '../../generator/host/scripts/observe.ts';
import type { RemoteOptions, RemoteResult } from '../ports/remote.ts';
import type { HostContext } from './context.ts';

/** Milliseconds for what a machine does in a moment. */
export const MOMENT = 60_000;

/** The machine could not be reached, and may be a moment later. */
export function isTransient(error: unknown): boolean {
  return error instanceof UserError && (error as { transient?: unknown }).transient === true;
}

/** Runs a script, whatever its exit code. @throws UserError when the machine cannot be reached */
export function runScript(
  { remote }: HostContext,
  script: string,
  options: RemoteOptions = {},
): Promise<RemoteResult> {
  return remote.run(script, { timeout: MOMENT, ...options });
}

/** What a script prints. @throws UserError when it fails, with the last thing that it said */
export async function outputOf(
  context: HostContext,
  what: string,
  script: string,
  options: RemoteOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await runScript(context, script, options);
  if (code === 0) return stdout.toString('utf8');
  throw failed(what, code, stderr);
}

export function failed(what: string, code: number, stderr: string): UserError {
  const said = lastLines(stderr, 3).join('; ') || `it ended with code ${code}`;
  return new UserError({
    message: `${what}: ${said}`,
    remedy: 'See that the machine runs the NixOS that Lunchbox describes, and that root may log in.',
  });
}

/** What a machine is and runs. @throws UserError */
export async function observe(context: HostContext, options: RemoteOptions = {}): Promise<Observation> {
  const text = await outputOf(context, 'the machine cannot be looked at', observeScript(), options);
  const observation = readObservation(text);
  if (observation) return observation;
  throw new UserError({
    message: 'the machine does not say what it is',
    remedy: 'See that /etc/os-release is there, and that no file of root prints something at login.',
  });
}

/** What is not empty, the last ones. */
export function lastLines(text: string, count: number): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-count);
}
