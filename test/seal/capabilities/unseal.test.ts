import { describe, expect, it } from 'vitest';
import { sealFromEnv } from '../../../capabilities/seal.ts';
import { unseal } from '../../../capabilities/unseal.ts';
import { UserError } from '../../../generator/errors.ts';
import { certificate, type Folder, fixture, refusal, repository, TARGET } from '../fixture.ts';

const right = { name: 'prod.key', pem: fixture('throw-away.key') };
const wrong = { name: 'old.key', pem: fixture('another-throw-away.key') };
const STORE = 'clusters/prod/secrets.yaml';

function sealed(): Folder {
  const folder = repository();
  const context = { environment: 'prod', needed: [], target: TARGET };
  sealFromEnv({ ...context, file: '.env', text: 'a=one\nb=two\n' }, folder);
  return folder;
}
const opened = (folder: Folder, ...keys: (typeof right)[]) =>
  unseal({ environment: 'prod', keys }, folder).opened.map(({ item, value, key }) => [item, `${value}`, key]);

describe('unsealing', () => {
  it('opens all, or one', () => {
    const folder = sealed();
    expect(opened(folder, right)).toEqual([
      ['a', 'one', 'prod.key'],
      ['b', 'two', 'prod.key'],
    ]);
    const one = unseal({ environment: 'prod', keys: [right], item: 'b' }, folder);
    expect(one.opened).toEqual([{ item: 'b', ...TARGET, value: Buffer.from('two'), key: 'prod.key' }]);
  });

  it('tries every key, whatever the order, and several in one file', () => {
    const folder = sealed();
    const before = folder.store() ?? '';
    folder.write('clusters/prod/sealing.crt', fixture('another-throw-away.crt'));
    sealFromEnv({ environment: 'prod', needed: [], target: TARGET, file: '.env', text: 'b=new' }, folder);
    expect(folder.store()).not.toBe(before);
    const both = [
      ['a', 'one', 'prod.key'],
      ['b', 'new', 'old.key'],
    ];
    expect(opened(folder, right, wrong)).toEqual(both);
    expect(opened(folder, wrong, right)).toEqual(both);
    expect(opened(folder, { name: 'all', pem: right.pem + wrong.pem })).toHaveLength(2);

    const partial = unseal({ environment: 'prod', keys: [right] }, folder);
    expect(partial.opened.map(({ item }) => item)).toEqual(['a']);
    expect(partial.failed.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^no key opens `b`; tried prod\.key \(sha256:[0-9a-f]{12}…\)$/),
    ]);
  });

  it('opens what stands under another fingerprint, if the key is right all the same', () => {
    const folder = sealed();
    folder.write(
      STORE,
      folder.store()?.replaceAll(certificate.fingerprint, `sha256:${'0'.repeat(64)}`) ?? '',
    );
    expect(opened(folder, right)).toHaveLength(2);
  });

  it('says why nothing opens: the wrong key, a moved item, a damaged value', () => {
    const folder = sealed();
    const before = folder.store() ?? '';
    const remedies = (...keys: (typeof right)[]) => {
      try {
        return [opened(folder, ...keys)];
      } catch (error) {
        return error instanceof UserError ? error.problems.map(({ remedy }) => remedy) : [];
      }
    };
    expect(remedies(wrong)[0]).toBe(
      `It was sealed for the public key ${certificate.fingerprint.slice(0, 19)}…: find its private half.`,
    );
    folder.write(STORE, before.replaceAll('secret: shop', 'secret: other'));
    expect(remedies(right)[0]).toContain('changed since it was sealed');
    const value = /value: (.*)\n/.exec(before)?.[1] ?? '';
    folder.write(
      STORE,
      before.replace(value, `${value.slice(0, 200)}${value[200] === 'A' ? 'B' : 'A'}${value.slice(201)}`),
    );
    const partial = unseal({ environment: 'prod', keys: [right] }, folder);
    expect(partial.failed.map(({ remedy }) => remedy)).toEqual([
      expect.stringContaining('changed since it was sealed'),
    ]);
    expect(partial.opened.map(({ item }) => item)).toEqual(['b']);
  });

  it('refuses no key, no store, no such item, a file that is no key', () => {
    const folder = sealed();
    const input = { environment: 'prod', keys: [right] };
    expect(refusal(() => unseal({ ...input, keys: [] }, folder))).toEqual(['no private key given']);
    expect(refusal(() => unseal({ ...input, item: 'c' }, folder))).toEqual([`${STORE} has no item \`c\``]);
    expect(refusal(() => unseal(input, repository()))).toEqual([`${STORE} holds no sealed value`]);
    expect(refusal(() => unseal({ ...input, keys: [{ name: 'x', pem: 'hunter2' }] }, folder))).toEqual([
      'x:1:1: the private key is not there: nothing in PEM form (-----BEGIN PRIVATE KEY-----)',
    ]);
  });
});
