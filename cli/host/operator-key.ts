import { resolve } from 'node:path';
import type { Context } from '../context.ts';

/** The operator's key: a file, its text from the environment, or none for the agent. */
export function operatorKey({ args, env, cwd }: Context): { file: string } | { text: string } | undefined {
  const file = args.text('ssh-key');
  if (file !== undefined) return { file: resolve(cwd, file) };
  return env.LUNCHBOX_OPERATOR_KEY ? { text: env.LUNCHBOX_OPERATOR_KEY } : undefined;
}
