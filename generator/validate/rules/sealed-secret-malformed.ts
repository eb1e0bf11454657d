import { Buffer } from 'node:buffer';
import { at, mapping } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';
import type { Rule } from '../rule.ts';

const SCOPES = ['sealedsecrets.bitnami.com/namespace-wide', 'sealedsecrets.bitnami.com/cluster-wide'];
/** AES-GCM's tag. */
const TAG_BYTES = 16;
/** Lengths of an RSA ciphertext: keys of 2048, 3072, 4096 and 8192 bits. */
const RSA_BYTES = [256, 384, 512, 1024];

export const sealedSecretMalformed: Rule = {
  id: 'sealed-secret-malformed',
  severity: 'error',
  summary: 'A SealedSecret holds something that the controller cannot open',
  why: 'The controller gives up after a fraction of a second and does not try again. The old Secret stays, pods go on with the old value, and only the `Synced` condition tells.',
  fix: 'Seal the value again with `lunchbox seal`.',
  *check(cluster) {
    for (const sealed of cluster.ofKind('SealedSecret')) {
      const name = `SealedSecret/${sealed.identity.name}`;
      for (const [item, value] of Object.entries(mapping(at(sealed.data, 'spec', 'encryptedData')))) {
        const reason = typeof value === 'string' ? malformed(value) : 'is not text';
        if (reason !== undefined)
          yield {
            manifest: sealed,
            at: ['spec', 'encryptedData', item],
            message: `value \`${item}\` of ${name} ${reason}`,
          };
      }
      const own = scopes(mapping(at(sealed.data, 'metadata', 'annotations')));
      const template = scopes(mapping(at(sealed.data, 'spec', 'template', 'metadata', 'annotations')));
      const reason = scopeProblem(own, template);
      if (reason !== undefined) {
        yield {
          manifest: sealed,
          at: ['metadata', 'annotations'],
          message: `${name} ${reason}`,
          fix: 'Write the same scope annotation, valued "true", in `metadata` and in `spec.template.metadata`; or none, which binds values to namespace and name.',
        };
      }
    }
  },
};

function malformed(written: string): string | undefined {
  // The controller's decoder passes over line ends, as in a block of text, but over no blanks.
  const value = written.replace(/[\r\n]/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value) || value.length % 4 !== 0)
    return 'is no base64: it may have been cut off or wrapped';
  const bytes = Buffer.from(value, 'base64');
  const wrapped = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  if (!RSA_BYTES.includes(wrapped)) return 'is no sealed value: it does not begin like one';
  if (bytes.length < 2 + wrapped + TAG_BYTES)
    return `is cut off: ${bytes.length} bytes, at least ${2 + wrapped + TAG_BYTES} belong there`;
  return undefined;
}

function scopes(annotations: JsonObject): [string, unknown][] {
  return SCOPES.filter((scope) => Object.hasOwn(annotations, scope)).map((scope) => [
    scope,
    annotations[scope],
  ]);
}

function scopeProblem(own: [string, unknown][], template: [string, unknown][]): string | undefined {
  const wrong = [...own, ...template].find(([, value]) => value !== 'true');
  if (wrong) return `has a scope annotation that is not the text "true"`;
  if (own.length > 1) return 'has two scope annotations';
  return JSON.stringify(own) === JSON.stringify(template)
    ? undefined
    : 'has one scope in `metadata` and another in `spec.template.metadata`';
}
