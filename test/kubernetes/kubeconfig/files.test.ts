import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { findKubeconfig } from '../../../adapters/kubernetes/kubeconfig/files.ts';
import { accessOf } from '../../../adapters/kubernetes/kubeconfig.ts';
import { UserError } from '../../../generator/errors.ts';
import { certificateFor } from '../../downtime/certificate.ts';
import { folderWith } from '../../support/cli.ts';

const { certificate } = await certificateFor(['shop']);

const FIRST = stringify({
  contexts: [
    { name: 'shop', context: { cluster: 'near', user: 'me' } },
    { name: 'broken', context: { cluster: 'far', user: 'nobody' } },
  ],
  clusters: [{ name: 'near', cluster: { server: 'https://10.0.0.1', 'certificate-authority': 'ca.pem' } }],
});
const SECOND = stringify({
  'current-context': 'shop',
  contexts: [{ name: 'shop', context: { cluster: 'far', user: 'other' } }],
  clusters: [
    { name: 'near', cluster: { server: 'https://10.0.0.2', 'tls-server-name': 'second' } },
    { name: 'far', cluster: { server: 'http://10.0.0.3' } },
  ],
  users: [
    { name: 'me', user: { tokenFile: 'token' } },
    { name: 'other', user: { token: 'other' } },
  ],
});
const folder = folderWith({
  'a/config': FIRST,
  'a/ca.pem': certificate,
  'b/config': SECOND,
  'b/token': 'of-the-second',
  'c/config': 'current-context: other',
  empty: '',
  broken: 'a: [',
});
const at = (...names: string[]) =>
  names.map((name) => (name === '' ? '' : join(folder, name))).join(delimiter);
const find = (names: string[], named?: string) => findKubeconfig(named, { KUBECONFIG: at(...names) });

function failure(work: () => unknown): { message: string; remedy?: string | undefined } {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    const [problem] = (error as UserError).problems;
    if (problem) return problem;
  }
  throw new Error('it succeeded');
}

describe('the files of KUBECONFIG', () => {
  it('are read together: the first to say a name says all of it, and paths are those of each file', () => {
    const found = find(['missing', 'a/config', '', 'empty', 'b/config', 'a/config']);
    expect(found.files).toEqual(['a/config', 'empty', 'b/config'].map((name) => at(name)));
    expect(accessOf(found)).toMatchObject({
      context: 'shop',
      file: at('a/config'),
      server: 'https://10.0.0.1',
      serverName: undefined,
      ca: certificate,
      token: 'of-the-second',
      tokenFile: at('b/token'),
    });
  });

  it('have the current context of the first that names one', () => {
    expect(find(['a/config', 'c/config', 'b/config']).currentContext).toBe('other');
    expect(find(['b/config', 'c/config']).currentContext).toBe('shop');
  });

  it('are not read where a file is named', () => {
    const { message } = failure(() => accessOf(find(['b/config'], at('a/config'))));
    expect(message).toBe(`${at('a/config')}: it has no current context`);
  });

  it('are the one in the home folder when there is no list', () => {
    const home = process.env.HOME;
    process.env.HOME = folderWith({ '.kube/config': SECOND });
    try {
      for (const KUBECONFIG of [undefined, ''])
        expect(findKubeconfig(undefined, { KUBECONFIG }).files).toEqual([
          join(process.env.HOME, '.kube/config'),
        ]);
      process.env.HOME = folder;
      expect(failure(() => findKubeconfig(undefined, {})).message).toBe(
        `the kubeconfig ${join(folder, '.kube/config')} cannot be read: there is no such file`,
      );
    } finally {
      process.env.HOME = home;
    }
  });

  it.each<[string, () => unknown, string, string]>([
    [
      'a file that is named and not there',
      () => find(['a/config'], at('missing')),
      `the kubeconfig ${at('missing')} cannot be read: there is no such file`,
      'after --kubeconfig',
    ],
    [
      'none that is there',
      () => find(['missing', 'missed']),
      `KUBECONFIG names no file that is there: ${at('missing')}, ${at('missed')}`,
      'unset it',
    ],
    [
      'no name at all',
      () => find(['', '']),
      `KUBECONFIG names no file that is there: ${delimiter}`,
      'unset it',
    ],
    [
      'a folder among them',
      () => find(['a/config', 'a']),
      `the kubeconfig ${at('a')} cannot be read: it is a folder`,
      'Check the path',
    ],
    [
      'one that is no kubeconfig',
      () => find(['a/config', 'broken']),
      `${at('broken')}: this is no kubeconfig`,
      'list',
    ],
    [
      'a context that none has',
      () => accessOf(find(['a/config', 'b/config']), 'shp'),
      `${at('a/config')}, ${at('b/config')}: it has no context \`shp\`; did you mean \`shop\`?`,
      'shop',
    ],
    [
      'a user that none has',
      () => accessOf(find(['a/config', 'b/config']), 'broken'),
      `${at('a/config')}: context \`broken\` names a user that is not there: \`nobody\``,
      `Looked for in ${at('a/config')}, ${at('b/config')}`,
    ],
    [
      'an address that is wrong, in the file that says it',
      () => accessOf(find(['b/config', 'a/config']), 'shop'),
      `${at('b/config')}: cluster \`far\` of context \`shop\`: it leads to no https server`,
      'https://HOST:PORT',
    ],
  ])('are refused with %s', (_, work, message, remedy) => {
    const problem = failure(work);
    expect(problem.message).toBe(message);
    expect(problem.remedy).toContain(remedy);
  });
});
