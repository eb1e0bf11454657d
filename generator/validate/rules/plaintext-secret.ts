import { at, items, labelsOf, mapping, text } from '../../fields.ts';
import type { Violation } from '../../finding.ts';
import type { Manifest, Path } from '../../manifest.ts';
import { credentialIn, namesSecret } from '../credentials.ts';
import type { Rule } from '../rule.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const SEAL_IT = 'Seal it (`lunchbox seal <env> <name>`), take it out of here, and change it: it is known.';

export const plaintextSecret: Rule = {
  id: 'plaintext-secret',
  severity: 'error',
  summary: 'A Secret stands in plain text',
  why: 'base64 hides nothing. Whoever can read the repository, any of its clones or an old commit of it has these values; removing the file does not remove them from history.',
  fix: 'Take it over with `lunchbox seal <env> --from-secret FILE`, delete the file, and change the values: they are known.',
  *check(cluster) {
    for (const secret of cluster.ofKind('Secret')) yield* secretValues(secret);
    for (const sealed of cluster.ofKind('SealedSecret')) {
      yield* copies(sealed);
      yield* templateValues(sealed);
    }
    for (const config of cluster.ofKind('ConfigMap')) {
      for (const [key, value] of Object.entries(labelsOf(config.data.data)))
        yield* credential(
          config,
          ['data', key],
          `value \`${key}\` of ConfigMap/${config.identity.name}`,
          value,
        );
    }
    for (const { manifest, containers, kind, name } of cluster.podTemplates) {
      for (const { data, path } of containers) {
        for (const { item, index } of items(data.env)) {
          const variable = `variable ${text(item.name) ?? ''} of ${kind}/${name}`;
          yield* credential(manifest, [...path, 'env', index, 'value'], variable, text(item.value) ?? '');
        }
      }
    }
  },
};

/** A Secret without values is filled in by others, and a service account's token by Kubernetes. */
function* secretValues(secret: Manifest): Iterable<Violation> {
  const keys = (field: string) =>
    Object.entries(mapping(secret.data[field])).flatMap(([key, value]) =>
      value === '' || value === null ? [] : [key],
    );
  const encoded = keys('data');
  const all = [...encoded, ...keys('stringData')];
  if (all.length === 0 || secret.data.type === 'kubernetes.io/service-account-token') return;
  yield {
    manifest: secret,
    at: [encoded.length > 0 ? 'data' : 'stringData'],
    message: `Secret/${secret.identity.name} holds ${all.length === 1 ? 'a value' : `${all.length} values`} in plain text: ${all.join(', ')}`,
  };
}

function* copies(sealed: Manifest): Iterable<Violation> {
  for (const metadata of [['metadata'], ['spec', 'template', 'metadata']]) {
    if (labelsOf(at(sealed.data, ...metadata, 'annotations'))[LAST_APPLIED] === undefined) continue;
    yield {
      manifest: sealed,
      at: [...metadata, 'annotations', LAST_APPLIED],
      message: `SealedSecret/${sealed.identity.name} carries a copy of what was applied before, in plain text`,
      fix: 'Remove the annotation, and change the values: they are known.',
    };
  }
}

/** Values of the template stand beside the sealed ones, but nothing seals them. What has `{{` in it is put together later. */
function* templateValues(sealed: Manifest): Iterable<Violation> {
  const place = ['spec', 'template', 'data'];
  for (const [key, value] of Object.entries(labelsOf(at(sealed.data, ...place)))) {
    const what = `value \`${key}\` in the template of SealedSecret/${sealed.identity.name}`;
    const manifest = sealed;
    if (namesSecret(key) && value.trim() !== '' && !value.includes('{{'))
      yield { manifest, at: [...place, key], message: `${what} is in plain text`, fix: SEAL_IT };
    else yield* credential(manifest, [...place, key], what, value);
  }
}

function* credential(manifest: Manifest, path: Path, what: string, value: string): Iterable<Violation> {
  const found = credentialIn(value);
  if (found === undefined) return;
  yield { manifest, at: path, message: `${what} has ${found} in it, in plain text`, fix: SEAL_IT };
}
