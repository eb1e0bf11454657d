import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { wasmKubeconform } from '../../adapters/kubeconform.ts';
import type { Json } from '../../generator/manifest.ts';
import { schemaErrors } from '../../generator/validate/schema-errors.ts';
import { expected, fixtures, schemas } from './corpus.ts';

const STATUS = { valid: 'statusValid', invalid: 'statusInvalid', error: 'statusError', empty: '' };

describe('the schema pack, in the hands of kubeconform', async () => {
  const texts = fixtures.map(({ text }) => text);
  const verdicts = await wasmKubeconform().run(texts, schemas);

  it('is tried on good and bad manifests of every custom resource', () => {
    const words = (status: string) => fixtures.filter((each) => each.status === status).length;
    expect(words('valid')).toBeGreaterThanOrEqual(40);
    expect(words('invalid') + words('error')).toBeGreaterThanOrEqual(35);
    const custom = [...schemas.keys()].filter((file) =>
      /-(cert-manager|acme|traefik|bitnami|helm)-v/.test(file),
    );
    expect(custom).toHaveLength(19);
    const tried = new Set(
      fixtures.filter(({ status }) => status === 'valid').map(({ name }) => name.split('-')[1]),
    );
    expect(custom.map((file) => file.split('-')[0]).filter((kind) => !tried.has(kind))).toEqual([]);
  });

  it.each(fixtures.map((each, index) => ({ ...each, index })))('$name', ({ name, status, text, index }) => {
    const own = verdicts.filter(({ manifest }) => manifest === index);
    expect(own.length).toBeGreaterThan(0);
    const wrong = own.find((verdict) => verdict.status !== 'statusValid');
    expect(wrong?.status ?? 'statusValid').toBe(STATUS[status]);
    if (wrong && status === 'error') expect(wrong.msg).toBe(expected[name]);
    if (wrong && status === 'invalid') {
      const found = schemaErrors(wrong, objectOf(text, own.indexOf(wrong)));
      expect(found.map(({ at, msg }) => [at.join(' '), msg])).toEqual(expected[name]);
    }
  });

  it('never repeats what should have been a sealed or encoded value', () => {
    const secrets = verdicts.filter(({ manifest }) => texts[manifest]?.includes('hunter2!'));
    expect(secrets).toHaveLength(2);
    expect(JSON.stringify(secrets)).not.toContain('hunter2');
  });
});

/** The object that the verdict is about: an item when the text is a List. */
function objectOf(text: string, verdict: number): Json {
  const data = load(text) as { kind: string; items: Json[] };
  return data.kind === 'List' ? (data.items[verdict] ?? null) : (data as unknown as Json);
}
