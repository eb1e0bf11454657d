import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildxArguments, dockerArguments } from '../../capabilities/build-image/arguments.ts';
import type { BuildPlan } from '../../capabilities/build-image/plan.ts';

const PLAN: BuildPlan = {
  repository: 'ghcr.io/acme/shop',
  revision: 'a'.repeat(40),
  environments: ['prod'],
  tags: ['sha-aaaaaaaaaaaa'],
  platforms: ['linux/amd64'],
  context: '.',
  dockerfile: { from: 'repository', path: 'Dockerfile', text: '' },
  args: {},
  labels: {},
  rewriteTimestamps: false,
  cache: { reason: '' },
  provenance: 'none',
  sbom: false,
  attestationReason: '',
  output: 'push',
  secrets: [],
  ssh: false,
};

const HEAD = ['buildx', 'build', '--progress=plain'];
const TAG = '--tag=ghcr.io/acme/shop:sha-aaaaaaaaaaaa';
const PLATFORM = '--platform=linux/amd64';
const NONE = ['--provenance=false', '--sbom=false'];
const END = ['--push', '--metadata-file=/tmp/m', '.'];

describe('the arguments of buildx', () => {
  it.each<[string, Partial<BuildPlan>, string[]]>([
    ['at least', {}, [...HEAD, '--file=./Dockerfile', TAG, PLATFORM, ...NONE, ...END]],
    [
      'paths that begin with a dash or have blanks',
      { context: './-the app', dockerfile: { from: 'repository', path: '-a b/Dockerfile', text: '' } },
      [
        ...HEAD,
        '--file=./-a b/Dockerfile',
        TAG,
        PLATFORM,
        ...NONE,
        '--push',
        '--metadata-file=/tmp/m',
        './-the app',
      ],
    ],
    [
      'a Dockerfile on standard input',
      { dockerfile: { from: 'input', path: 'x/Dockerfile', text: 'FROM scratch' } },
      [...HEAD, '--file=-', TAG, PLATFORM, ...NONE, ...END],
    ],
    [
      'a Dockerfile of the git context',
      { dockerfile: { from: 'context', path: 'x/Dockerfile' } },
      [...HEAD, '--file=x/Dockerfile', TAG, PLATFORM, ...NONE, ...END],
    ],
    [
      'stage, arguments and labels, whatever is in them',
      { target: '-x', args: { A: '--push', B: 'a\n$(id)' }, labels: { 'a.b': 'c=d,"e"' } },
      [
        ...HEAD,
        '--file=./Dockerfile',
        TAG,
        '--target=-x',
        '--build-arg=A=--push',
        '--build-arg=B=a\n$(id)',
        '--label=a.b=c=d,"e"',
        PLATFORM,
        '--annotation=manifest:a.b=c=d,"e"',
        ...NONE,
        ...END,
      ],
    ],
    [
      'several tags and platforms: annotations on the index, too',
      { tags: ['one', 'two'], platforms: ['linux/amd64', 'linux/arm64'], labels: { a: 'b' } },
      [
        ...HEAD,
        '--file=./Dockerfile',
        '--tag=ghcr.io/acme/shop:one',
        '--tag=ghcr.io/acme/shop:two',
        '--label=a=b',
        '--platform=linux/amd64,linux/arm64',
        '--annotation=manifest:a=b',
        '--annotation=index:a=b',
        ...NONE,
        ...END,
      ],
    ],
    [
      'attestations, which make an index',
      { provenance: 'max', sbom: true, labels: { a: 'b' } },
      [
        ...HEAD,
        '--file=./Dockerfile',
        TAG,
        '--label=a=b',
        PLATFORM,
        '--annotation=manifest:a=b',
        '--annotation=index:a=b',
        '--provenance=mode=max',
        '--sbom=true',
        ...END,
      ],
    ],
    [
      'cache, secrets of a private git context, agent',
      {
        cache: { from: 'type=local,src=a', to: 'type=local,dest=b', reason: '' },
        secrets: ['GIT_AUTH_TOKEN'],
        ssh: true,
      },
      [
        ...HEAD,
        '--file=./Dockerfile',
        TAG,
        PLATFORM,
        ...NONE,
        '--cache-from=type=local,src=a',
        '--cache-to=type=local,dest=b',
        '--secret=id=GIT_AUTH_TOKEN,env=GIT_AUTH_TOKEN',
        '--ssh=default',
        ...END,
      ],
    ],
    [
      'times that are rewritten',
      { rewriteTimestamps: true },
      [
        ...HEAD,
        '--file=./Dockerfile',
        TAG,
        PLATFORM,
        ...NONE,
        '--output=type=registry,rewrite-timestamp=true',
        '--metadata-file=/tmp/m',
        '.',
      ],
    ],
    [
      'into the engine',
      { output: 'load' },
      [...HEAD, '--file=./Dockerfile', TAG, PLATFORM, ...NONE, '--load', '--metadata-file=/tmp/m', '.'],
    ],
    [
      'only to see whether it builds',
      { output: 'none' },
      [
        ...HEAD,
        '--file=./Dockerfile',
        TAG,
        PLATFORM,
        ...NONE,
        '--output=type=cacheonly',
        '--metadata-file=/tmp/m',
        '.',
      ],
    ],
  ])('%s', (_, change, expected) => {
    expect(buildxArguments({ ...PLAN, ...change }, '/tmp/m')).toEqual(expected);
  });

  it('are never more for what a value holds', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const plan = { ...PLAN, target: a, args: { A: b }, labels: { l: c } };
        const plain = { ...PLAN, target: 'a', args: { A: 'b' }, labels: { l: 'c' } };
        expect(buildxArguments(plan, 'm')).toHaveLength(buildxArguments(plain, 'm').length);
        expect(dockerArguments(plan)).toHaveLength(dockerArguments(plain).length);
        expect(
          buildxArguments(plan, 'm')
            .slice(2, -1)
            .filter((each) => !each.startsWith('--')),
        ).toEqual([]);
      }),
    );
  });
});

describe('the arguments of the engine', () => {
  it('are those that every docker knows', () => {
    const plan: BuildPlan = {
      ...PLAN,
      labels: { a: 'b' },
      args: { A: 'b' },
      target: 't',
      provenance: 'max',
      sbom: true,
    };
    expect(dockerArguments(plan)).toEqual([
      'build',
      '--file=./Dockerfile',
      TAG,
      '--target=t',
      '--build-arg=A=b',
      '--label=a=b',
      PLATFORM,
      '.',
    ]);
  });
});
