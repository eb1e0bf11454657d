import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../generator/finding.ts';
import { sanitize } from '../../../generator/sanitize.ts';
import { formatAnnotations } from '../../../generator/validate/formats/annotations.ts';
import { formatSarif } from '../../../generator/validate/formats/sarif.ts';
import {
  countFindings,
  formatFindings,
  type Paint,
  sortFindings,
} from '../../../generator/validate/formats/text.ts';
import { ruleInfos } from '../../../generator/validate/validate.ts';
import { sarifProblems } from './sarif-structure.ts';

const finding = (more: Partial<Finding> = {}): Finding => ({
  rule: 'image-mutable',
  severity: 'warning',
  place: { file: 'clusters/prod/web.yaml', line: 38, column: 11 },
  message: 'image has no digest yet',
  fix: 'Run `lunchbox release`.',
  ...more,
});
const at = (file: string, line: number, column = 1) => ({ file, line, column });

const PLAIN: Paint = { bold: same, dim: same, good: same, warn: same, bad: same };
const COLOURED: Paint = {
  bold: (text) => `\u001b[1m${text}\u001b[22m`,
  dim: (text) => `\u001b[2m${text}\u001b[22m`,
  good: (text) => `\u001b[32m${text}\u001b[39m`,
  warn: (text) => `\u001b[33m${text}\u001b[39m`,
  bad: (text) => `\u001b[31m${text}\u001b[39m`,
};

function same(text: string): string {
  return text;
}

/** Anything that a manifest, or the name of its file, may hold. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      ...'\u0000\u0007\b\t\n\r\u001b[;]m\u007f\u009b\u061c\u200f\u2028\u202e\u2066\ufeff:,%#=a',
    ),
  }),
  fc.constantFrom(
    '\u001b[2J\u001b[31m',
    '\u001b]8;;http://x\u0007',
    '::error::x',
    'a\n::set-env name=x::y',
    '\ud800',
    '%0A',
  ),
);
const anyFinding: fc.Arbitrary<Finding> = fc.record({
  rule: fc.constantFrom('image-mutable', 'yaml', 'schema', 'unheard-of'),
  severity: fc.constantFrom('error' as const, 'warning' as const, 'info' as const),
  place: fc.record({
    file: hostile,
    line: fc.integer({ min: 1, max: 9 }),
    column: fc.integer({ min: 1, max: 9 }),
  }),
  message: hostile,
  fix: hostile,
});

describe('for people', () => {
  it('says severity, rule and place, then what is wrong, then what to do', () => {
    const findings = [
      finding(),
      finding({
        rule: 'pvc-missing',
        severity: 'error',
        place: at('a.yaml', 2),
        message: 'no claim',
        fix: 'Add it.',
      }),
    ];
    expect(formatFindings(findings, PLAIN)).toBe(
      [
        '  error    pvc-missing    a.yaml:2:1',
        '           no claim',
        '           Add it.  (lunchbox explain pvc-missing)',
        '  warning  image-mutable  clusters/prod/web.yaml:38:11',
        '           image has no digest yet',
        '           Run `lunchbox release`.  (lunchbox explain image-mutable)',
      ].join('\n'),
    );
  });

  it('sorts by severity, then file, line and column, then rule and message', () => {
    const sorted = [
      finding({ severity: 'error', place: at('b.yaml', 9) }),
      finding({ place: at('B.yaml', 9) }),
      finding({ place: at('a.yaml', 2, 5) }),
      finding({ place: at('a.yaml', 10, 1), message: 'A' }),
      finding({ place: at('a.yaml', 10, 1), message: 'B' }),
      finding({ place: at('a.yaml', 10, 2), rule: 'a-rule' }),
      finding({ place: at('a.yaml', 10, 2), rule: 'b-rule' }),
      finding({ severity: 'info', place: at('a.yaml', 1) }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(sorted, { minLength: sorted.length }), (shuffled) => {
        expect(sortFindings(shuffled)).toEqual(sorted);
      }),
    );
  });

  it.each<[Finding['severity'][], string]>([
    [[], '0 errors, 0 warnings'],
    [['error'], '1 error, 0 warnings'],
    [['error', 'error', 'warning'], '2 errors, 1 warning'],
    [['info', 'info', 'warning'], '0 errors, 1 warning, 2 notes'],
  ])('counts %j', (severities, expected) => {
    expect(countFindings(severities.map((severity) => finding({ severity })))).toBe(expected);
  });

  it('says the same words with colour', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 4 }), (findings) => {
        const coloured = formatFindings(findings, COLOURED);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours
        expect(coloured.replace(/\u001b\[[0-9]+m/g, '')).toBe(formatFindings(findings, PLAIN));
      }),
    );
  });

  it.each([
    ['error', '\u001b[31m'],
    ['warning', '\u001b[33m'],
    ['info', '\u001b[2m'],
  ] as const)('paints %s', (severity, colour) => {
    expect(formatFindings([finding({ severity })], COLOURED)).toContain(`  ${colour}${severity}`);
  });

  it('lets nothing of a manifest act on a terminal', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { minLength: 1, maxLength: 4 }), (findings) => {
        const lines = formatFindings(findings, PLAIN).split('\n');
        expect(lines).toHaveLength(3 * findings.length);
        for (const line of lines) expect(line).not.toMatch(ACTING);
      }),
    );
  });
});

/** Control characters, line ends and marks of writing direction. */
const ACTING = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

describe('sanitize', () => {
  it('shows what would act, and leaves all else as it is', () => {
    expect(sanitize('\u001b[31mred\u009b\n\t')).toBe('\\u001b[31mred\\u009b\\u000a\\u0009');
    expect(sanitize('Käse 🧀 "x" \\n')).toBe('Käse 🧀 "x" \\n');
  });
});

describe('for GitHub', () => {
  it('is one workflow command for each finding', () => {
    expect(
      formatAnnotations([finding(), finding({ severity: 'info' }), finding({ severity: 'error' })]),
    ).toBe(
      [
        '::error file=clusters/prod/web.yaml,line=38,col=11,title=image-mutable::image has no digest yet. Run `lunchbox release`.',
        '::warning file=clusters/prod/web.yaml,line=38,col=11,title=image-mutable::image has no digest yet. Run `lunchbox release`.',
        '::notice file=clusters/prod/web.yaml,line=38,col=11,title=image-mutable::image has no digest yet. Run `lunchbox release`.',
      ].join('\n'),
    );
  });

  it('escapes what would end a property or a command', () => {
    const place = at('50%,a:b\nc.yaml', 1);
    expect(
      formatAnnotations([finding({ place, message: '100%: a,b\r\n::stop-commands::x', fix: 'F.' })]),
    ).toBe(
      '::warning file=50%25%2Ca%3Ab\\u000ac.yaml,line=1,col=1,title=image-mutable::100%25: a,b\\u000d\\u000a::stop-commands::x. F.',
    );
  });

  it('comes back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 4 }), (findings) => {
        const commands = formatAnnotations(findings).split('\n').filter(Boolean).map(readCommand);
        const expected = sortFindings(findings).map(({ rule, severity, place, message, fix }) => ({
          command: severity === 'info' ? 'notice' : severity,
          properties: {
            file: sanitize(place.file),
            line: String(place.line),
            col: String(place.column),
            title: rule,
          },
          message: sanitize(`${message}. ${fix}`),
        }));
        expect(commands).toEqual(expected);
      }),
    );
  });

  /** Reads a command as the runner does. Source: actions/runner, ActionCommand.cs. */
  function readCommand(line: string) {
    const end = line.indexOf('::', 2);
    const [command = '', ...rest] = line.slice(2, end).split(' ');
    const properties = rest
      .join(' ')
      .split(',')
      .map((pair): [string, string] => {
        const equals = pair.indexOf('=');
        return [pair.slice(0, equals), unescaped(pair.slice(equals + 1), { '%2C': ',', '%3A': ':' })];
      });
    return { command, properties: Object.fromEntries(properties), message: unescaped(line.slice(end + 2)) };
  }

  function unescaped(text: string, more: Record<string, string> = {}): string {
    const all: Record<string, string> = { '%25': '%', '%0D': '\r', '%0A': '\n', ...more };
    return text.replace(/%[0-9A-F]{2}/g, (code) => all[code] ?? code);
  }
});

describe('SARIF', () => {
  const read = (findings: readonly Finding[]) =>
    JSON.parse(formatSarif(findings, ruleInfos, '1.2.3')) as unknown;

  it('says where, what and how to mend it, and describes the rules it names', () => {
    const place = at('clusters/prod/a b#c.yaml', 3, 7);
    expect(read([finding({ place })])).toEqual({
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'lunchbox',
              version: '1.2.3',
              rules: [
                {
                  id: 'image-mutable',
                  shortDescription: { text: expect.stringContaining('by tag') },
                  fullDescription: { text: expect.stringContaining('digest') },
                  help: { text: expect.stringContaining('lunchbox release') },
                },
              ],
            },
          },
          columnKind: 'utf16CodeUnits',
          results: [
            {
              ruleId: 'image-mutable',
              ruleIndex: 0,
              level: 'warning',
              message: { text: 'image has no digest yet. Run `lunchbox release`.' },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'clusters/prod/a%20b%23c.yaml' },
                    region: { startLine: 3, startColumn: 7 },
                  },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('is well-formed without findings, and whatever they hold', () => {
    expect(sarifProblems(read([]))).toEqual([]);
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 5 }), (findings) => {
        expect(sarifProblems(read(findings))).toEqual([]);
      }),
    );
  });
});
