import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubernetesCluster } from '../../adapters/kubernetes/client.ts';
import { Connection } from '../../adapters/kubernetes/connection.ts';
import { readKubeconfig } from '../../adapters/kubernetes/kubeconfig.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { kubectlProgram } from '../cluster/programs.ts';
import { folderWith } from '../support/cli.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('acting as another, at a real Kubernetes API server (not run without Go)', () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await startApiServer();
  });
  afterAll(async () => {
    await server?.stop();
  });

  const kubeconfig = (user: object) => {
    const { server: address, ca = '', token } = server.access;
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'shop',
      contexts: [{ name: 'shop', context: { cluster: 'near', user: 'me' } }],
      clusters: [
        {
          name: 'near',
          cluster: { server: address, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
        },
      ],
      users: [{ name: 'me', user: { token, ...user } }],
    });
  };
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {} };

  it.each<[string, object, object]>([
    [
      'everything that can be said',
      {
        as: 'jörg@acme.example',
        'as-uid': 'uid-42',
        'as-groups': ['system:masters', 'Ops: 100 %'],
        'as-user-extra': { 'acme.com/project': ['some', 'möre'], '50%': ['half'], ümlaut: ['x'] },
      },
      {
        username: 'jörg@acme.example',
        uid: 'uid-42',
        groups: ['system:masters', 'Ops: 100 %', 'system:authenticated'],
        extra: { 'acme.com/project': ['some', 'möre'], '50%': ['half'], ümlaut: ['x'] },
      },
    ],
    ['a name', { as: 'dev' }, { username: 'dev', groups: ['system:authenticated'] }],
    ['nothing', {}, { username: 'admin', groups: ['system:masters', 'system:authenticated'] }],
  ])('with %s is what the server sees, as of kubectl', async (_, user, seen) => {
    const text = kubeconfig(user);
    const connection = new Connection(readKubeconfig('config', text));
    const { text: answer } = await connection.send({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: JSON.stringify(review),
      what: 'ask who asks',
    });
    connection.close();
    const { userInfo } = (JSON.parse(answer) as { status: { userInfo: unknown } }).status;
    expect(userInfo).toMatchObject(seen);
    const file = join(folderWith({ config: text }), 'config');
    const theirs = spawnSync(kubectlProgram(), ['--kubeconfig', file, 'auth', 'whoami', '--output=json'], {
      encoding: 'utf8',
      env: { HOME: '/nonexistent' },
    });
    expect(userInfo).toEqual(
      (JSON.parse(theirs.stdout) as { status: { userInfo: unknown } }).status.userInfo,
    );
  });

  it('has the rights of the other, in watches as well', async () => {
    const connection = new Connection(readKubeconfig('config', kubeconfig({ as: 'dev' })));
    const cluster = kubernetesCluster(connection);
    const secrets = await cluster.resource('v1', 'Secret');
    if (!secrets) throw new Error('Secret is not served');
    await expect(cluster.list(secrets)).rejects.toThrow('User "dev" cannot list resource "secrets"');
    const opened = connection.open({
      method: 'GET',
      path: '/api/v1/secrets?watch=1',
      what: 'w',
      timeout: 1000,
    });
    expect((await opened).statusCode).toBe(403);
    connection.close();
  });
});
