import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pluginToken } from '../../adapters/kubernetes/exec-credential.ts';
import type { ExecPlugin } from '../../adapters/kubernetes/kubeconfig.ts';
import { nodeExec } from '../../adapters/node-exec.ts';
import { UserError } from '../../generator/errors.ts';
import { folderWith } from '../support/cli.ts';

const SECRET = 'S3CRET-of-this-kubeconfig';

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
