import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const CLI = resolve('cli/bin.mjs');

/** One command of a demonstration. */
export interface Step {
  title: string;
  /** What happens before it. */
  prepare?: () => void;
  args: readonly string[];
  /** Arguments that only the demonstration needs, and does not show. */
  unseen?: readonly string[];
  /** Exit code; 0 if left out. */
  expected?: number;
}

export interface Stage {
  cwd: string;
  env?: Readonly<Record<string, string>>;
  /** Paths of the demonstration, and what is shown instead. */
  hide: Readonly<Record<string, string>>;
}

/** Runs each as a user does, with the output that a user sees, as it comes. @returns the exit code of the demonstration */
export async function showSteps(steps: readonly Step[], stage: Stage): Promise<number> {
  for (const [index, { title, prepare, args, unseen = [], expected = 0 }] of steps.entries()) {
    console.log(`\n── ${index + 1} of ${steps.length} · ${title}`);
    prepare?.();
    const shown = Object.entries(stage.hide).reduce(
      (text, [path, name]) => text.replaceAll(path, name),
      args.join(' '),
    );
    console.log(`$ lunchbox ${shown}\n`);
    const code = await run([...args, ...unseen], stage);
    console.log(`\n(exit code ${code})`);
    if (code !== expected) {
      console.error(`error  expected was ${expected}`);
      return 1;
    }
  }
  return 0;
}

function run(args: readonly string[], { cwd, env }: Stage): Promise<number> {
  return new Promise((resolve, reject) => {
    spawn(process.execPath, [CLI, ...args], { cwd, stdio: 'inherit', env: { ...process.env, ...env } })
      .on('error', reject)
      .on('exit', (code) => resolve(code ?? 1));
  });
}
