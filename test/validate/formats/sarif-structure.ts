type Fields = Record<string, unknown>;

/** A field's check: undefined when it is right. */
type Check = (value: unknown, path: string) => string[];

const text: Check = (value, path) => (typeof value === 'string' ? [] : [`${path} is no text`]);
const oneOf =
  (...allowed: unknown[]): Check =>
  (value, path) =>
    allowed.includes(value) ? [] : [`${path} is ${String(value)}`];
const atLeast =
  (least: number): Check =>
  (value, path) =>
    Number.isInteger(value) && Number(value) >= least ? [] : [`${path} is ${String(value)}`];
const list =
  (item: Check): Check =>
  (value, path) =>
    Array.isArray(value)
      ? value.flatMap((each, index) => item(each, `${path}/${index}`))
      : [`${path} is no list`];

/** An object with these fields and no others; those whose names end in `?` may be left out. */
function fields(checks: Record<string, Check>): Check {
  return (value, path) => {
    if (typeof value !== 'object' || value === null) return [`${path} is no object`];
    const object = value as Fields;
    const known = Object.keys(checks).map((key) => key.replace('?', ''));
    return [
      ...Object.keys(object).flatMap((key) => (known.includes(key) ? [] : [`${path}/${key} is not known`])),
      ...Object.entries(checks).flatMap(([name, check]) => {
        const key = name.replace('?', '');
        if (object[key] === undefined) return name.endsWith('?') ? [] : [`${path}/${key} is missing`];
        return check(object[key], `${path}/${key}`);
      }),
    ];
  };
}

/** A reference that stays below the repository's root; RFC 3986. */
const relativeReference: Check = (value, path) =>
  typeof value === 'string' && /^(?:[\w.~!$&'()*+,;=@/-]|%[0-9A-F]{2})*$/.test(value)
    ? []
    : [`${path} is no relative reference: ${String(value)}`];

const message = fields({ text });

/** The part of SARIF 2.1.0 that is written here. Source: OASIS, Static Analysis Results Interchange Format 2.1.0. */
const LOG = fields({
  $schema: text,
  version: oneOf('2.1.0'),
  runs: list(
    fields({
      tool: fields({
        driver: fields({
          name: text,
          'version?': text,
          rules: list(
            fields({ id: text, shortDescription: message, fullDescription: message, help: message }),
          ),
        }),
      }),
      'columnKind?': oneOf('utf16CodeUnits', 'unicodeCodePoints'),
      results: list(
        fields({
          ruleId: text,
          'ruleIndex?': atLeast(0),
          level: oneOf('none', 'note', 'warning', 'error'),
          message,
          locations: list(
            fields({
              physicalLocation: fields({
                artifactLocation: fields({ uri: relativeReference }),
                region: fields({ startLine: atLeast(1), startColumn: atLeast(1) }),
              }),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** What is wrong with a SARIF log; each rule must also be found at its index. */
export function sarifProblems(log: unknown): string[] {
  const problems = LOG(log, '');
  if (problems.length > 0) return problems;
  const [run] = (log as { runs: { tool: { driver: { rules: Fields[] } }; results: Fields[] }[] }).runs;
  const rules = run?.tool.driver.rules.map(({ id }) => id) ?? [];
  if (new Set(rules).size !== rules.length) return ['a rule is described twice'];
  return (run?.results ?? []).flatMap(({ ruleId, ruleIndex }) =>
    ruleIndex === undefined || rules[Number(ruleIndex)] === ruleId
      ? []
      : [`${String(ruleId)} is not rule ${String(ruleIndex)}`],
  );
}
