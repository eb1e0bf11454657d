import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { impersonationHeaders } from '../../../adapters/kubernetes/kubeconfig/impersonation.ts';
import { readKubeconfig } from '../../../adapters/kubernetes/kubeconfig.ts';
import { UserError } from '../../../generator/errors.ts';

/** What a user with these fields acts as. */
const read = (user: object) =>
  readKubeconfig(
    join('somewhere', 'config'),
    stringify({
      'current-context': 'shop',
      contexts: [{ name: 'shop', context: { cluster: 'near', user: 'me' } }],
      clusters: [{ name: 'near', cluster: { server: 'https://10.0.0.1' } }],
      users: [{ name: 'me', user: { token: 'mine', ...user } }],
    }),
  ).impersonation;

describe('acting as another', () => {
  it('is read and sent as kubectl does it', () => {
    const said = read({
      as: 'jörg',
      'as-uid': '42',
      'as-groups': ['devs', 'ops'],
      'as-user-extra': { 'acme.com/Project': ['some', 'more'], '50%': ['half'], none: [], ö: ['ü'] },
    });
    expect(said && impersonationHeaders(said)).toEqual({
      'Impersonate-User': 'jÃ¶rg',
      'Impersonate-Uid': '42',
      'Impersonate-Group': ['devs', 'ops'],
      'Impersonate-Extra-acme.com%2FProject': ['some', 'more'],
      'Impersonate-Extra-50%25': ['half'],
      'Impersonate-Extra-%C3%B6': ['Ã¼'],
    });
    expect(read({ as: '', 'as-groups': [], 'as-user-extra': {} })).toBeUndefined();
  });

  it('names headers that HTTP takes, and that can be read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (key) => {
        const headers = impersonationHeaders({ user: 'a', groups: [], extra: { [key]: ['b'] } });
        const [name = ''] = Object.keys(headers).filter((each) => each.startsWith('Impersonate-Extra-'));
        expect(name).toMatch(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/);
        const encoded = name.slice('Impersonate-Extra-'.length);
        expect(decodeURIComponent(encoded)).toBe(Buffer.from(key, 'utf8').toString('utf8'));
      }),
    );
  });

  it.each<[string, object, string]>([
    ['groups of nobody', { 'as-groups': ['ops'] }, 'names nobody'],
    ['a uid of nobody', { 'as-uid': '42' }, 'names nobody'],
    ['extra of nobody', { 'as-user-extra': { a: ['b'] } }, 'names nobody'],
    ['groups that are no list', { as: 'a', 'as-groups': 'ops' }, '`as-groups` is no list of texts'],
    ['groups that are numbers', { as: 'a', 'as-groups': [1] }, '`as-groups` is no list of texts'],
    ['extra that is no mapping', { as: 'a', 'as-user-extra': ['b'] }, '`as-user-extra` is no mapping'],
    ['extra that is no list', { as: 'a', 'as-user-extra': { b: 'c' } }, '`as-user-extra: b` is no list'],
    ['another header', { as: 'a\nImpersonate-Group: system:masters' }, 'holds a line break'],
  ])('is refused with %s', (_, user, message) => {
    expect(() => read(user)).toThrow(UserError);
    expect(() => read(user)).toThrow(message);
    expect(() => read(user)).toThrow('user `me` of context `shop`');
  });
});
