import type { OwnRelease } from '../../adapters/own-release.ts';
import { UserError } from '../../generator/errors.ts';
import type { Files } from '../../generator/files.ts';
import type { Answers } from '../../generator/init/answers.ts';
import type { Arguments } from '../arguments.ts';
import type { Questions } from '../terminal/ask.ts';

export interface Known {
  args: Arguments;
  /** Name of the new repository's folder. */
  folder: string;
  files: Files;
  release: OwnRelease | undefined;
  /** Undefined: nobody is asked. */
  asked: Questions | undefined;
}

const REFERENCE = /^([\w.-]+\/[\w.-]+)@([0-9a-f]{40})(?:\s*#\s*(v[\w.-]+))?$/;

/** What options say, else what the person says, else what is proposed. @throws UserError for an option that cannot be */
export async function collectAnswers({ args, folder, files, release, asked }: Known): Promise<Answers> {
  const answer = async (option: string, question: string, proposal: string) =>
    args.text(option) ?? (await asked?.ask(question, proposal)) ?? proposal;
  const app = await answer('app', 'Name of the app', nameFrom(folder));
  const image = await answer('image', 'Image repository', `ghcr.io/example/${app}`);
  const domain = await answer('domain', 'Public host of prod', `${app}.example`);
  const staging = await answer('staging-domain', 'Public host of staging', `staging.${domain}`);
  const email = await answer('email', "E-mail for Let's Encrypt", `ops@${domain}`);
  const region = await answer('region', 'DigitalOcean region', 'fra1');
  const size = await answer('size', 'Droplet size', 's-2vcpu-4gb');
  const port =
    args.number('port') ??
    Number((await asked?.ask('Port of the app', exposedPort(files))) ?? exposedPort(files));
  return {
    app,
    image,
    context: args.text('context') ?? '.',
    hosts: { staging, prod: domain },
    email,
    region,
    size,
    port,
    health: await answer('health', 'Path that answers 200 when it is well, or tcp', 'tcp'),
    branch: args.text('branch') ?? 'main',
    owner: args.text('owner') ?? ownerOf(image),
    actions: actionSource(args.text('actions'), release),
  };
}

/** A name that Kubernetes takes, from a folder's. */
function nameFrom(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40);
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

function actionSource(named: string | undefined, release: OwnRelease | undefined): Answers['actions'] {
  if (named === undefined) {
    if (release) return { kind: 'release', ...release };
    throw new UserError({
      message: 'it is not known which release of Lunchbox this is',
      remedy:
        "Name where its actions come from: --actions OWNER/REPO@COMMIT, with the commit of a release's tag.",
    });
  }
  const [, repository, commit, version] = REFERENCE.exec(named) ?? [];
  if (repository === undefined || commit === undefined) {
    throw new UserError({
      message: `--actions ${named} names no commit`,
      remedy:
        'Write OWNER/REPO@ and the full commit, 40 hexadecimal digits: a tag can be moved, a commit cannot.',
    });
  }
  return { kind: 'release', repository, commit, version: version ?? release?.version ?? 'pinned' };
}
