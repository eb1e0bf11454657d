import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readKubeconfig } from '../../adapters/kubernetes/kubeconfig.ts';
import { UserError } from '../../generator/errors.ts';
import { certificateFor } from '../downtime/certificate.ts';
import { folderWith } from '../support/cli.ts';

const SECRET = 'S3CRET-of-this-kubeconfig';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const { certificate: CERTIFICATE, key: KEY } = await certificateFor(['shop']);

/** A kubeconfig with one context of each way to say who asks. */
const CONFIG = {
  'current-context': 'shop',
  contexts: [
    { name: 'shop', context: { cluster: 'near', user: 'certificate' } },
    { name: 'token', context: { cluster: 'near', user: 'token' } },
    { name: 'files', context: { cluster: 'files', user: 'files' } },
    { name: 'plugin', context: { cluster: 'near', user: 'plugin' } },
    { name: 'blind', context: { cluster: 'blind', user: 'token' } },
    { name: 'lost', context: { cluster: 'neer', user: 'token' } },
    { name: 'anybody', context: { cluster: 'near', user: 'tokens' } },
    { name: 'userless', context: { cluster: 'near' } },
    { name: 'broken', context: { cluster: 'broken', user: 'token' } },
    { name: 'gone', context: { cluster: 'near', user: 'gone' } },
  ],
  clusters: [
    {
      name: 'near',
      cluster: {
        server: 'https://127.0.0.1:6443/',
        'certificate-authority-data': base64(CERTIFICATE),
        'tls-server-name': 'k3s',
      },
    },
    { name: 'files', cluster: { server: 'https://10.0.0.1', 'certificate-authority': 'pki/ca.pem' } },
    { name: 'blind', cluster: { server: 'https://10.0.0.1', 'insecure-skip-tls-verify': true } },
    { name: 'broken', cluster: { server: 'https://10.0.0.1', 'certificate-authority': 'pki/none.pem' } },
  ],
  users: [
    {
      name: 'certificate',
      user: { 'client-certificate-data': base64(CERTIFICATE), 'client-key-data': base64(KEY) },
    },
    { name: 'token', user: { token: SECRET } },
    { name: 'files', user: { token: 'older', tokenFile: 'pki/token' } },
    { name: 'gone', user: { tokenFile: 'pki/none' } },
    {
      name: 'plugin',
      user: {
        exec: {
          command: 'doctl',
          args: ['token'],
          env: [{ name: 'A', value: 'b' }],
          installHint: 'Install doctl.',
        },
      },
    },
  ],
};

describe('readKubeconfig', () => {
  const folder = folderWith({ 'pki/ca.pem': CERTIFICATE, 'pki/token': `${SECRET}\n` });
  const file = join(folder, 'config');
  const read = (context?: string, config: object | string = CONFIG) =>
    readKubeconfig(file, typeof config === 'string' ? config : stringify(config), context);
  /** A kubeconfig whose only context is `shop`. */
  const only = (user: object, cluster: object = {}) => ({
    'current-context': 'shop',
    contexts: [{ name: 'shop', context: { cluster: 'near', user: 'me' } }],
    clusters: [{ name: 'near', cluster: { server: 'https://10.0.0.1', ...cluster } }],
    users: [{ name: 'me', user }],
  });

  it('reads certificates, tokens, files beside it, and plugins', () => {
    expect(read()).toMatchObject({
      context: 'shop',
      file,
      server: 'https://127.0.0.1:6443',
      ca: CERTIFICATE,
      serverName: 'k3s',
      certificate: CERTIFICATE,
      key: KEY,
    });
    expect(read('token').token).toBe(SECRET);
    const tokenFile = join(folder, 'pki/token');
    expect(read('files')).toMatchObject({ ca: CERTIFICATE, token: SECRET, tokenFile });
    expect(read('plugin').exec).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'doctl',
      args: ['token'],
      env: { A: 'b' },
      installHint: 'Install doctl.',
    });
    const beside = only({ exec: { command: './bin/login' } });
    expect(read('shop', beside).exec?.command).toBe(join(folder, 'bin/login'));
  });

  it('takes from an old user what Kubernetes still reads', () => {
    const old = { username: 'admin', password: SECRET, token: 'mine', as: '', 'client-key-data': '' };
    expect(read('shop', only(old))).toMatchObject({
      token: 'mine',
      impersonation: undefined,
      key: undefined,
    });
  });

  it('keeps the path of an address, and an http or https proxy', () => {
    const cluster = { server: 'https://rancher.example/k8s/c-1/?x#y', 'proxy-url': 'http://a:b@proxy:3128' };
    expect(read('shop', only({ token: 'mine' }, cluster))).toMatchObject({
      server: 'https://rancher.example/k8s/c-1',
      proxy: 'http://a:b@proxy:3128',
    });
  });

  it.each<[string, string | undefined, object | string, string, string]>([
    ['no YAML', undefined, 'a: [', 'this is no kubeconfig', '--kubeconfig'],
    ['a list', undefined, '- a', 'this is no kubeconfig', '--kubeconfig'],
    ['another kind', undefined, 'kind: Secret', 'this is no kubeconfig', '--kubeconfig'],
    ['an empty file', undefined, '', 'it has no current context', 'no context at all'],
    [
      'no current context',
      undefined,
      { ...CONFIG, 'current-context': '' },
      'it has no current context',
      'shop',
    ],
    ['a misspelt context', 'tokn', CONFIG, 'it has no context `tokn`; did you mean `token`?', 'shop, token'],
    [
      'a name that is there twice',
      undefined,
      { ...CONFIG, users: [{ name: 'a' }, { name: 'a' }] },
      'it has two users of the name `a`',
      'Remove one',
    ],
    [
      'a cluster that is not there',
      'lost',
      CONFIG,
      'context `lost` names a cluster that is not there: `neer`; did you mean `near`?',
      'Looked for in',
    ],
    [
      'a user that is not there',
      'anybody',
      CONFIG,
      'context `anybody` names a user that is not there: `tokens`',
      'Looked for in',
    ],
    ['a context without a user', 'userless', CONFIG, 'context `userless` names no user', 'user: NAME'],
    [
      'an authority that cannot be read',
      'broken',
      CONFIG,
      'cluster `broken` of context `broken`: the file of `certificate-authority` cannot be read: pki/none.pem',
      'Bring it back',
    ],
    [
      'a token that cannot be read',
      'gone',
      CONFIG,
      'the file of `tokenFile` cannot be read',
      'Bring it back',
    ],
    [
      'a server that nobody checks',
      'blind',
      CONFIG,
      'cluster `blind` of context `blind`: it does not check who answers',
      'certificate-authority-data',
    ],
    [
      'a server without TLS',
      'shop',
      only({ token: SECRET }, { server: 'http://10.0.0.1' }),
      'it leads to no https server',
      'https://HOST:PORT',
    ],
    [
      'a server that is no address',
      'shop',
      only({ token: SECRET }, { server: 'https://' }),
      'it leads to no https server',
      'https://HOST:PORT',
    ],
    [
      'a password in the address',
      'shop',
      only({ token: SECRET }, { server: `https://me:${SECRET}@10.0.0.1` }),
      'its address holds a name and a password',
      'token',
    ],
    [
      'a SOCKS proxy',
      'shop',
      only({ token: SECRET }, { 'proxy-url': `socks5://me:${SECRET}@10.0.0.2:1080` }),
      'cluster `near` of context `shop`: its `proxy-url` is a SOCKS proxy (socks5://), which is not supported',
      'ssh -L',
    ],
    [
      'another proxy',
      'shop',
      only({ token: SECRET }, { 'proxy-url': 'ftp://10.0.0.2' }),
      'is of a kind that is not supported: ftp://',
      'proxy-url: http://HOST:PORT',
    ],
    [
      'a proxy that is no address',
      'shop',
      only({ token: SECRET }, { 'proxy-url': 'proxy' }),
      'is no address',
      '',
    ],
    [
      'a name and a password',
      'shop',
      only({ username: 'admin', password: SECRET }),
      'user `me` of context `shop`: its `username` and `password` say nothing to Kubernetes',
      'Use a token, a client certificate',
    ],
    [
      'a provider that is gone',
      'shop',
      only({ 'auth-provider': { name: 'gcp', config: { 'access-token': SECRET } } }),
      'user `me` of context `shop`: its `auth-provider` (gcp) is not supported',
      'gke-gcloud-auth-plugin',
    ],
    [
      'any other provider',
      'shop',
      only({ 'auth-provider': { name: 'oidc', config: { 'id-token': SECRET } } }),
      'its `auth-provider` (oidc) is not supported',
      'kubelogin',
    ],
    [
      'a user that says nothing',
      'shop',
      only({}),
      'user `me` of context `shop`: it does not say who asks',
      'Log in',
    ],
    ['a token that is a number', 'shop', only({ token: 12345 }), '`token` is not text', 'quotes'],
    [
      'a token of two lines',
      'shop',
      only({ token: `${SECRET}\nX: y` }),
      'its token holds blanks',
      'log in again',
    ],
    [
      'a proxy whose password cannot be read',
      'shop',
      only({ token: 'mine' }, { 'proxy-url': `http://me:${SECRET}%@proxy` }),
      'its `proxy-url` holds a credential that is not percent-encoded',
      'http://HOST:PORT',
    ],
    ['a plugin without a program', 'shop', only({ exec: {} }), 'its `exec` has no `command`', 'Log in'],
  ])('refuses %s, and tells no credential', (_, context, config, message, remedy) => {
    try {
      read(context, config);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).problems[0]?.message).toContain(`${file}: `);
      expect((error as UserError).problems[0]?.message).toContain(message);
      expect((error as UserError).problems[0]?.remedy).toContain(remedy);
      expect(`${(error as UserError).stack}${JSON.stringify(error)}`).not.toContain(SECRET);
    }
  });
});
