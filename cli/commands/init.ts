import { basename, resolve } from 'node:path';
import { nodeExec } from '../../adapters/node-exec.ts';
import { ownRelease, specSchemaText } from '../../adapters/own-release.ts';
import { type InitPlan, planInit } from '../../capabilities/init.ts';
import { UserError } from '../../generator/errors.ts';
import type { Answers } from '../../generator/init/answers.ts';
import type { Arguments } from '../arguments.ts';
import type { Context } from '../context.ts';
import { collectAnswers, missingOptions } from '../init/collect-answers.ts';
import { openFolder } from '../init/folder.ts';
import { type Questions, questions } from '../terminal/ask.ts';
import { validatePorts } from '../validate-ports.ts';

export async function init(context: Context): Promise<number> {
  const { args, cwd } = context;
  const folder = resolve(cwd, args.positionals[0] ?? '.');
  const interactive = !args.flag('yes') && process.stdin.isTTY === true;
  if (!interactive && !args.flag('yes')) refuseGaps(args);
  const asked = interactive ? questions() : undefined;
  try {
    const files = openFolder(folder);
    const release = await ownRelease(nodeExec);
    const answers = await collectAnswers({ args, folder: basename(folder), files, release, asked });
    const ports = await validatePorts(context);
    const plan = await planInit(answers, specSchemaText(), files, ports);
    await agreeToReplace(plan, context, asked);
    if (!args.flag('dry-run')) files.apply({ write: plan.write, remove: plan.remove });
    report(plan, answers, context);
    if (release?.released === false && args.text('actions') === undefined) {
      context.err(
        `${context.paint.warn('warning')}  this Lunchbox is not a release: ${answers.actions.repository} at ${answers.actions.commit.slice(0, 12)} holds no bundles\n` +
          '         Name a release with --actions OWNER/REPO@COMMIT.\n',
      );
    }
    return 0;
  } finally {
    asked?.close();
  }
}

function refuseGaps(args: Arguments): void {
  const missing = missingOptions(args);
  if (missing.length === 0) return;
  throw new UserError({
    message: `there is no terminal to ask on, and ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not given`,
    remedy: 'Pass what is missing, or --yes to take what is proposed. See `lunchbox init --help`.',
  });
}

async function agreeToReplace(
  plan: InitPlan,
  { args }: Context,
  asked: Questions | undefined,
): Promise<void> {
  if (plan.replaced.length === 0 || args.flag('force')) return;
  const list = plan.replaced.join(', ');
  if (await asked?.confirm(`Replace ${list}?`)) return;
  throw new UserError({
    message: `these files are there already: ${list}`,
    remedy: 'Nothing was written. Move them away, or pass --force to replace them.',
  });
}

function report({ write, remove, same, preview }: InitPlan, answers: Answers, context: Context): void {
  const { args, paint } = context;
  const dry = args.flag('dry-run');
  if (context.json) {
    context.out(
      `${JSON.stringify({ written: dry ? [] : [...write.keys()], planned: [...write.keys()], removed: dry ? [] : remove, same }, null, 2)}\n`,
    );
    return;
  }
  const own = [...write.keys()].filter((path) => !path.startsWith('clusters/'));
  for (const path of own) context.out(`${path}\n`);
  for (const path of remove) context.out(`${path} (removed)\n`);
  for (const { environment, files } of preview.environments) {
    context.out(`clusters/${environment.name}/manifests  ${files.length} objects, validated\n`);
  }
  const { app, image, hosts, email } = answers;
  context.err(
    `\n  ${paint.bold(app)} ${dry ? 'would be' : 'is'} ready: ${image}, ${hosts.staging}, ${hosts.prod}, ${email}\n` +
      `  Next: follow README.md: From nothing to HTTPS\n`,
  );
}
