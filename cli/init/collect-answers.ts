import type { OwnRelease } from '../../adapters/own-release.ts';
import {
  ANSWER_NAMES,
  type AnswerName,
  answerProblem,
  wrongAnswer,
} from '../../capabilities/init-answers.ts';
import { UserError } from '../../generator/errors.ts';
import type { Files } from '../../generator/files.ts';
import type { Answers } from '../../generator/init/answers.ts';
import type { Arguments } from '../arguments.ts';
import type { Questions } from '../terminal/ask.ts';
import { actionSource } from './action-source.ts';

export interface Known {
  args: Arguments;
  /** Name of the new repository's folder. */
  folder: string;
  files: Files;
  release: OwnRelease | undefined;
  /** Undefined: nobody is asked. */
  asked: Questions | undefined;
}

/** What cannot be known: without these, somebody has to be asked, or to say that proposals will do. */
const UNKNOWABLE = ['image', 'domain', 'email'] as const;

/** Options that have to be given when there is nobody to ask, and are not. */
export function missingOptions(args: Arguments): string[] {
  return UNKNOWABLE.filter((name) => args.text(name) === undefined).map((name) => `--${name}`);
}

/** What options say, else what the person says, else what is proposed. @throws UserError for an option that cannot be */
export async function collectAnswers({ args, folder, files, release, asked }: Known): Promise<Answers> {
  refuseWrongOptions(args);
  const answer = async (name: AnswerName, question: string, proposal: string, taken?: string) => {
    const wrongHere = (text: string) =>
      text === taken
        ? 'prod has this host: each environment has a droplet of its own'
        : wrongAnswer(name, text);
    const given = args.text(name);
    for (;;) {
      const text = given ?? (await asked?.ask(question, proposal)) ?? proposal;
      const wrong = wrongHere(text);
      if (wrong === undefined) return text;
      if (given !== undefined || !asked) throw new UserError(answerProblem(name, text, wrong));
      asked.say(wrong);
    }
  };
  const app = await answer('app', 'Name of the app', nameFrom(folder));
  const image = await answer('image', 'Image repository', `ghcr.io/example/${app}`);
  const prod = await answer('domain', 'Public host of prod', `${app}.example`);
  const staging = await answer('staging-domain', 'Public host of staging', `staging.${prod}`, prod);
  const email = await answer('email', "E-mail for Let's Encrypt", `ops@${prod}`);
  const region = await answer('region', 'DigitalOcean region', 'fra1');
  const size = await answer('size', 'Droplet size', 's-2vcpu-4gb');
  const port = Number(await answer('port', 'Port of the app', exposedPort(files)));
  const health = await answer('health', 'Path that answers 200 when it is well, or tcp', 'tcp');
  return {
    app,
    image,
    context: args.text('context') ?? '.',
    hosts: { staging, prod },
    email,
    region,
    size,
    port,
    health,
    branch: args.text('branch') ?? 'main',
    owner: args.text('owner') ?? ownerOf(image),
    actions: actionSource(args.text('actions'), release),
  };
}

function refuseWrongOptions(args: Arguments): void {
  const problems = ANSWER_NAMES.flatMap((name) => {
    const given = args.text(name);
    const wrong = given === undefined ? undefined : wrongAnswer(name, given);
    return given === undefined || wrong === undefined ? [] : answerProblem(name, given, wrong);
  });
  if (problems.length > 0) throw new UserError(problems);
}

/** A name that Kubernetes takes, from a folder's. */
function nameFrom(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return name === '' ? 'app' : name;
}

/** The port that a Dockerfile in the folder exposes first. */
function exposedPort(files: Files): string {
  return /^\s*EXPOSE\s+(\d{1,5})\b/im.exec(files.read('Dockerfile') ?? '')?.[1] ?? '8080';
}

/** GitHub's registry is named after the owner. */
function ownerOf(image: string): string | undefined {
  const owner = /^ghcr\.io\/([\w-]+)\//.exec(image)?.[1];
  return owner === undefined || owner === 'example' ? undefined : `@${owner}`;
}
