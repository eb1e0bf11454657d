import * as v from 'valibot';
import { type Problem, UserError } from '../generator/errors.ts';
import { BASIC_SIZES, dropletSize, similarSize } from '../generator/spec/droplet-sizes.ts';
import * as is from '../generator/spec/schema/values.ts';
import { parseSource } from './build-image/source.ts';

/** What an answer has to look like. */
interface Form {
  /** What is wrong with a text; undefined: nothing. */
  wrong(text: string): string | undefined;
  /** One that is right. */
  example: string;
}

const REGION = /^[a-z]{3}[1-9]$/;
const OWNER = /^@[A-Za-z0-9][A-Za-z0-9-]*(?:\/[A-Za-z0-9][\w.-]*)?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: git refuses them, so they are named
const NO_BRANCH = /[\u0000- ~^:?*[\\\u007f]|\.\.|@\{|\/\/|\$\{\{|^[-/]|[/.]$|^@$|(?:^|\/)\.|\.lock(?:\/|$)/;

const FORMS = {
  app: { wrong: by(is.label()), example: 'shop' },
  image: { wrong: by(is.repository), example: 'ghcr.io/acme/shop' },
  domain: { wrong: wrongHost, example: 'shop.example' },
  'staging-domain': { wrong: wrongHost, example: 'staging.shop.example' },
  email: { wrong: by(is.email), example: 'ops@shop.example' },
  region: {
    wrong: (text) =>
      REGION.test(text) ? undefined : 'expected a DigitalOcean region: three letters and a digit',
    example: 'fra1',
  },
  size: { wrong: wrongSize, example: 's-2vcpu-4gb' },
  port: {
    wrong: (text) => by(is.port)(/^\d{1,5}$/.test(text) ? Number(text) : Number.NaN),
    example: '8080',
  },
  health: {
    wrong: (text) => (text === 'tcp' ? undefined : by(is.urlPath)(text)?.concat(', or tcp')),
    example: '/healthz',
  },
  branch: {
    wrong: (text) =>
      text === '' || NO_BRANCH.test(text) ? 'expected the name of a branch, as git allows it' : undefined,
    example: 'main',
  },
  owner: {
    wrong: (text) =>
      OWNER.test(text) || by(is.email)(text) === undefined
        ? undefined
        : 'expected a GitHub user or team with its @, or an e-mail address',
    example: '@acme/ops',
  },
  context: { wrong: wrongContext, example: 'app' },
} as const satisfies Record<string, Form>;

/** What `init` asks for, by the name of its option. */
export type AnswerName = keyof typeof FORMS;
export const ANSWER_NAMES = Object.keys(FORMS) as AnswerName[];

/** What is wrong with an answer, as `expected …`; undefined when it will do. */
export function wrongAnswer(name: AnswerName, text: string): string | undefined {
  return FORMS[name].wrong(text);
}

/** What `wrongAnswer` says, for whoever gave the answer as an option. */
export function answerProblem(name: AnswerName, text: string, wrong: string): Problem {
  return {
    message: `--${name} \`${text}\`: ${wrong}`,
    remedy: `For example: --${name} ${FORMS[name].example}`,
  };
}

function by(schema: v.GenericSchema): (value: unknown) => string | undefined {
  return (value) => {
    const { issues } = v.safeParse(schema, value);
    return issues && `expected ${issues[0].message}`;
  };
}

function wrongHost(text: string): string | undefined {
  if (text.startsWith('*.')) return 'no certificate can be had for a wildcard: expected one host name';
  return by(is.host)(text);
}

function wrongSize(text: string): string | undefined {
  if (dropletSize(text)) return undefined;
  const guess = similarSize(text);
  return guess === undefined
    ? `DigitalOcean has no such size; basic sizes are ${BASIC_SIZES.join(', ')}`
    : `DigitalOcean has no such size; did you mean ${guess}?`;
}

function wrongContext(text: string): string | undefined {
  try {
    parseSource(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems[0]?.message;
  }
}
