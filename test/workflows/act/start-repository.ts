import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { lunchbox } from '../../support/cli.ts';
import { type GitRepository, gitRepository } from '../../support/git.ts';
import { ACTIONS, type Runner } from './runner.ts';

/** Bytes that no file holds by chance, with what encoders trip over. */
export const SEALED = 'k3y-"of" <the> shop & Co\nsecond line: 4711';

/** A repository as `lunchbox init` makes it, with an app and keys, on the branch main of the runner's origin. @returns the commit */
export function startRepository(runner: Runner, image: string): string {
  gitRepository(['init', '-q', '--bare', '-b', 'main', runner.origin]);
  const repository = gitRepository();
  succeed(repository, [
    'init',
    ...[
      '--yes',
      '--app',
      'shop',
      '--image',
      image,
      '--domain',
      'shop.example',
      '--email',
      'ops@shop.example',
    ],
    ...['--port', '8080', '--health', '/healthz', '--context', 'app', '--owner', '@acme/ops'],
    ...['--actions', `lunchbox-platform/lunchbox@${ACTIONS}`],
  ]);
  const env = { HOME: home(runner) };
  mkdirSync(env.HOME);
  for (const environment of ['staging', 'prod']) succeed(repository, ['keys', 'new', environment], { env });
  const commit = repository.commit('start', {
    'app/Dockerfile': 'FROM scratch\nCOPY program /program\nENTRYPOINT ["/program"]\n',
    'app/program': 'one\n',
  });
  repository.git('push', '-q', runner.origin, 'main');
  return commit;
}

/** Where the private keys are. */
export const home = (runner: Runner) => join(runner.folder, 'home');

/** Runs the command line, which has to succeed. */
export function succeed(
  { folder }: Pick<GitRepository, 'folder'>,
  args: readonly string[],
  options: Parameters<typeof lunchbox>[2] = {},
): void {
  const { code, out, err } = lunchbox(args, folder, options);
  if (code !== 0) throw new Error(`lunchbox ${args.join(' ')}: ${out}${err}`);
}
