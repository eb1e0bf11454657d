import { describe, expect, it } from 'vitest';
import { locate } from '../../../generator/validate/locate.ts';
import { violationsIn } from '../rules/findings.ts';

const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';

/** `line severity: message → fix` of every ambiguous scalar. */
function said(text: string): string[] {
  return violationsIn(text)
    .filter(({ rule }) => rule === 'yaml-ambiguous-scalar')
    .sort((a, b) => locate(a.manifest, a.at).line - locate(b.manifest, b.at).line)
    .map(
      ({ manifest, at, severity, message, fix }) =>
        `${locate(manifest, at).line} ${severity}: ${message} → ${fix}`,
    );
}

describe('an ambiguous scalar', () => {
  it('is told with what each reader makes of it, and what to write instead', () => {
    expect(
      said(`${HEAD}data:\n  a: no\n  b: 0777\n  c: 1:30\n  d: 1e3\n  e: 2026-01-02\n  f: 1_000\n`),
    ).toEqual([
      '5 error: `no` is false to Kubernetes, and text to YAML 1.2 → Write `"no"` if it is text, or `false`, which is what Kubernetes makes of it.',
      '6 error: `0777` is 511 (octal) to Kubernetes, and 777 to YAML 1.2 → Write `"0777"` if it is text, or `511`, which is what Kubernetes makes of it.',
      '7 warning: `1:30` is text to Kubernetes and YAML 1.2, and 90 (base 60) to YAML 1.1 → Write `"1:30"`.',
      '8 warning: `1e3` is 1000 to Kubernetes and YAML 1.2, and text to YAML 1.1 → Write `"1e3"` if it is text, or `1000`, which is what Kubernetes makes of it.',
      '9 warning: `2026-01-02` is text to Kubernetes and YAML 1.2, and a date to YAML 1.1 → Write `"2026-01-02"`.',
      '10 error: `1_000` is 1000 to Kubernetes, and text to YAML 1.2 → Write `"1_000"` if it is text, or `1000`, which is what Kubernetes makes of it.',
    ]);
  });

  it('may be a key', () => {
    expect(said(`${HEAD}data:\n  on: "x"\n`)).toEqual([
      expect.stringMatching(/^5 error: `on` is true to Kubernetes/),
    ]);
  });

  it('is only a warning for the mode of a file, where Kubernetes reads what was meant', () => {
    const volume = (mode: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers: []\n  volumes:\n    - { name: v, configMap: { name: a, optional: true, defaultMode: ${mode} } }\n`;
    expect(said(volume('0644'))).toEqual([
      expect.stringMatching(/^7 warning: `0644` is 420 \(octal\) to Kubernetes/),
    ]);
    expect(said(volume('420'))).toEqual([]);
    expect(said(volume('6_44'))).toEqual([expect.stringMatching(/^7 error/)]);
  });

  it('is found in the items of a List, at their lines', () => {
    const item = (value: string) =>
      `  - apiVersion: v1\n    kind: ConfigMap\n    metadata: { name: a${value.length} }\n    data: { a: ${value} }\n`;
    expect(said(`apiVersion: v1\nkind: List\nitems:\n${item('no')}${item('x')}${item('off')}`)).toEqual([
      expect.stringMatching(/^7 error: `no`/),
      expect.stringMatching(/^15 error: `off`/),
    ]);
  });

  it('is not told when it is a secret', () => {
    const secret =
      'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData:\n  pin: 0123\n  on: "x"\n';
    expect(said(secret)).toEqual([
      '5 error: this value is a number to Kubernetes, and another to YAML 1.2 → Put it in quotes if it is text.',
      expect.stringMatching(/^6 error: `on` is true/),
    ]);
    const sealed =
      'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: { name: a }\nspec:\n  encryptedData: {}\n  template: { data: { flag: yes } }\n';
    expect(said(sealed)).toEqual([
      '6 error: this value is a truth value to Kubernetes, and text to YAML 1.2 → Put it in quotes if it is text.',
    ]);
  });

  it('is told in the template of what holds no secrets', () => {
    const job =
      'apiVersion: batch/v1\nkind: Job\nmetadata: { name: a }\nspec:\n  template: { metadata: { annotations: { a: no } } }\n';
    expect(said(job)).toEqual([expect.stringMatching(/^5 error: `no` is false/)]);
  });

  it.each(['"no"', "'0777'", '!!str no', '|\n    no\n    on', 'no one', '&no x', '{}', '[a, b]'])(
    'is not %s',
    (value) => {
      expect(said(`${HEAD}data:\n  a: ${value}\n`)).toEqual([]);
    },
  );
});
