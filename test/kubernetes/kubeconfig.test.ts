import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { pluginToken } from '../../adapters/kubernetes/exec-credential.ts';
import { type ExecPlugin, readKubeconfig } from '../../adapters/kubernetes/kubeconfig.ts';
import { retrying } from '../../adapters/kubernetes/retry.ts';
import { nodeExec } from '../../adapters/node-exec.ts';
import { ApiError } from '../../capabilities/ports/api-error.ts';
import { UserError } from '../../generator/errors.ts';
import { folderWith } from '../support/cli.ts';

const SECRET = 'S3CRET-of-this-kubeconfig';
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A kubeconfig with one context of each way to say who asks. */
const CONFIG = {
  'current-context': 'shop',
  contexts: [
    { name: 'shop', context: { cluster: 'near', user: 'certificate' } },
    { name: 'token', context: { cluster: 'near', user: 'token' } },
    { name: 'files', context: { cluster: 'files', user: 'files' } },
    { name: 'plugin', context: { cluster: 'near', user: 'plugin' } },
    { name: 'blind', context: { cluster: 'blind', user: 'token' } },
    { name: 'lost', context: { cluster: 'nowhere', user: 'token' } },
    { name: 'broken', context: { cluster: 'broken', user: 'token' } },
  ],
  clusters: [
    {
      name: 'near',
      cluster: {
        server: 'https://127.0.0.1:6443/',
        'certificate-authority-data': base64('CA'),
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
      user: { 'client-certificate-data': base64('CERT'), 'client-key-data': base64(SECRET) },
    },
    { name: 'token', user: { token: SECRET } },
    { name: 'files', user: { tokenFile: 'pki/token' } },
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
  const folder = folderWith({ 'pki/ca.pem': 'CA of a file', 'pki/token': `${SECRET}\n` });
  const file = join(folder, 'config');
  const read = (context?: string, config: object | string = CONFIG) =>
    readKubeconfig(file, typeof config === 'string' ? config : stringify(config), context);

  it('reads certificates, tokens, files beside it, and plugins', () => {
    expect(read()).toMatchObject({
      server: 'https://127.0.0.1:6443',
      ca: 'CA',
      serverName: 'k3s',
      certificate: 'CERT',
      key: SECRET,
    });
    expect(read('token').token).toBe(SECRET);
    expect(read('files')).toMatchObject({ ca: 'CA of a file', token: SECRET });
    expect(read('plugin').exec).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'doctl',
      args: ['token'],
      env: { A: 'b' },
      installHint: 'Install doctl.',
    });
  });

  it.each<[string, string | undefined, object | string, string]>([
    ['no YAML', undefined, 'a: [', 'this is no kubeconfig'],
    ['a list', undefined, '- a', 'this is no kubeconfig'],
    ['no current context', undefined, { ...CONFIG, 'current-context': '' }, 'it has no current context'],
    ['a misspelt context', 'tokn', CONFIG, 'it has no context `tokn`; did you mean `token`?'],
    ['a cluster that is not there', 'lost', CONFIG, 'context `lost` leads to no https server'],
    ['an authority that cannot be read', 'broken', CONFIG, 'cannot be read: pki/none.pem'],
    ['a server that nobody checks', 'blind', CONFIG, 'context `blind` does not check who answers'],
    [
      'a server without TLS',
      'token',
      { ...CONFIG, clusters: [{ name: 'near', cluster: { server: 'http://10.0.0.1' } }] },
      'leads to no https server',
    ],
  ])('refuses %s, and tells no credential', (_, context, config, message) => {
    try {
      read(context, config);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).message).toContain(message);
      expect(`${(error as UserError).stack}${JSON.stringify(error)}`).not.toContain(SECRET);
    }
  });
});

describe('pluginToken', () => {
  const plugin = (script: string, more: Partial<ExecPlugin> = {}): ExecPlugin => {
    const folder = folderWith({});
    const program = join(folder, 'plugin.mjs');
    writeFileSync(program, script);
    const own = { apiVersion: 'client.authentication.k8s.io/v1', env: {}, installHint: '' };
    return { ...own, command: process.execPath, args: [program], ...more };
  };
  const access = { server: 'https://10.0.0.1' };
  const ANSWER = `const { spec } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
    console.log(JSON.stringify({ kind: 'ExecCredential', status: { token: spec.cluster.server + process.hrtime.bigint(), expirationTimestamp: '2030-01-01T00:00:00Z' } }));`;

  it('asks once, and again when what it said runs out', async () => {
    let now = Date.parse('2029-01-01T00:00:00Z');
    const token = pluginToken(plugin(ANSWER), access, nodeExec, () => now);
    const first = await token();
    expect(first).toMatch(/^https:\/\/10\.0\.0\.1\d+$/);
    expect(await token()).toBe(first);
    now = Date.parse('2029-12-31T23:59:30Z');
    expect(await token()).not.toBe(first);
  });

  it.each<[string, ExecPlugin, string]>([
    [
      'is not installed',
      plugin('', { command: 'no-such-plugin', installHint: 'Install it from the shop.' }),
      'wants no-such-plugin to say who asks, and it is not installed',
    ],
    ['fails', plugin(`console.log('${SECRET}'); process.exit(3)`), 'failed with 3'],
    ['gives no token', plugin(`console.log('{"status":{"secret":"${SECRET}"}}')`), 'gave no token'],
    ['says nothing', plugin(''), 'gave no token'],
  ])('says so when it %s, and tells nothing of its answer', async (_, exec, message) => {
    const error = await pluginToken(exec, access, nodeExec)().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(message);
    expect(`${(error as UserError).stack}${JSON.stringify(error)}`).not.toContain(SECRET);
  });
});

describe('retrying', () => {
  const waits: number[] = [];
  const options = {
    sleep: async (milliseconds: number) => {
      waits.push(milliseconds);
    },
    random: () => 1,
  };
  const failing = (times: number, details: ConstructorParameters<typeof ApiError>[1]) => {
    waits.length = 0;
    let calls = 0;
    return async () => {
      if (calls++ < times) throw new ApiError('no', details);
      return calls;
    };
  };

  it('repeats what may pass, longer and longer', async () => {
    expect(await retrying(failing(3, { status: 503, reason: 'ServiceUnavailable' }), options)).toBe(4);
    expect(waits).toEqual([250, 500, 1000]);
  });

  it('waits as long as the server asks for', async () => {
    await retrying(failing(1, { status: 429, reason: 'TooManyRequests', retryAfter: 7 }), options);
    expect(waits).toEqual([7000]);
  });

  it.each([
    ['a refusal', { status: 403, reason: 'Forbidden' }],
    ['a conflict', { status: 409, reason: 'Conflict' }],
    ['a certificate that is wrong', { status: 0, reason: 'CERT_HAS_EXPIRED' }],
    ['a field that nobody knows', { status: 500, reason: 'InternalError', final: true }],
  ])('does not repeat %s', async (_, details) => {
    await expect(retrying(failing(1, details), options)).rejects.toThrow('no');
    expect(waits).toEqual([]);
  });

  it('gives up in the end', async () => {
    await expect(retrying(failing(9, { status: 503, reason: 'x' }), options)).rejects.toThrow('no');
    expect(waits).toHaveLength(4);
  });
});
