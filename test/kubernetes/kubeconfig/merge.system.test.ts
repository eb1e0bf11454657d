import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { findKubeconfig } from '../../../adapters/kubernetes/kubeconfig/files.ts';
import { accessOf } from '../../../adapters/kubernetes/kubeconfig.ts';
import { hasGo, kubectlProgram } from '../../cluster/programs.ts';
import { certificateFor } from '../../downtime/certificate.ts';
import { folderWith } from '../../support/cli.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

// Few, so that files meet: most combinations can be used, and many are said twice.
const name = fc.constantFrom('a', 'b');
const named = (kind: string, value: fc.Arbitrary<object>) =>
  fc.uniqueArray(fc.record({ name, [kind]: value }), { selector: (item) => item.name, minLength: 1 });

const cluster = fc.record(
  {
    server: fc.constantFrom('https://10.0.0.1', 'https://10.0.0.2:6443/path', 'https://10.0.0.3'),
    'tls-server-name': fc.constantFrom('', 'one', 'two'),
    'certificate-authority': fc.constantFrom('', 'ca.pem', './ca.pem', '../ca.pem'),
    'proxy-url': fc.constantFrom('', 'http://proxy.example:3128'),
  },
  { requiredKeys: ['server'] },
);
const user = fc.record(
  {
    token: fc.constantFrom('first', 'second'),
    as: fc.constantFrom('', 'somebody'),
  },
  { requiredKeys: ['token'] },
);
/** A file, where it lies, and whether it is there at all. */
const config = fc.record({
  folder: fc.constantFrom('x', 'y', 'x/z'),
  isThere: fc.integer({ min: 0, max: 3 }).map((dice) => dice > 0),
  says: fc.record(
    {
      'current-context': fc.oneof(fc.constant(''), name),
      contexts: named('context', fc.record({ cluster: name, user: name })),
      clusters: named('cluster', cluster),
      users: named('user', user),
    },
    { requiredKeys: ['contexts', 'clusters', 'users'] },
  ),
});

const FOLDERS = ['', 'x/', 'y/', 'x/z/'];
/** One of its own in each folder. */
const AUTHORITIES = Object.fromEntries(
  await Promise.all(
    FOLDERS.map(async (folder, index) => [
      `${folder}ca.pem`,
      (await certificateFor([`authority-${index}`])).certificate,
    ]),
  ),
);

describe.skipIf(skip)('kubeconfigs, read as kubectl reads them (not run without Go)', () => {
  const kubectl = skip ? '' : kubectlProgram();

  it('several together, in any order and with any of them missing', () => {
    let [same, refused] = [0, 0];
    fc.assert(
      fc.property(fc.array(config, { minLength: 1, maxLength: 4 }), fc.option(name), (configs, context) => {
        const folder = folderWith(AUTHORITIES);
        const files = configs.map(({ folder: inside, isThere, says }, index) => {
          const file = join(folder, inside, `config-${index}`);
          mkdirSync(dirname(file), { recursive: true });
          if (isThere) writeFileSync(file, stringify(says));
          return file;
        });
        const KUBECONFIG = files.join(delimiter);
        const theirs = asked(kubectl, KUBECONFIG, context ?? undefined);
        const ours = read(KUBECONFIG, context ?? undefined);
        expect(ours).toEqual(theirs);
        if (theirs === undefined) refused++;
        else same++;
      }),
      { numRuns: 150 },
    );
    // Both ways were met.
    expect(Math.min(same, refused)).toBeGreaterThan(10);
  });
});

interface Said {
  server: string;
  serverName: string | undefined;
  proxy: string | undefined;
  ca: string | undefined;
  token: string | undefined;
  as: string | undefined;
}

/** What kubectl takes from the files, or undefined when it refuses them. */
function asked(kubectl: string, KUBECONFIG: string, context: string | undefined): Said | undefined {
  const args = ['config', 'view', '--minify', '--flatten', '--raw', '--output=json'];
  const result = spawnSync(kubectl, [...args, ...(context === undefined ? [] : ['--context', context])], {
    encoding: 'utf8',
    env: { KUBECONFIG, HOME: '/nonexistent' },
  });
  if (result.status !== 0) return undefined;
  const { clusters, users } = JSON.parse(result.stdout) as {
    clusters?: { cluster: Record<string, string> }[];
    users?: { user: Record<string, string> }[];
  };
  const [there, who] = [clusters?.[0]?.cluster, users?.[0]?.user];
  // Printed although a request would be refused: a context whose cluster or user is nowhere.
  if (!there || !who) return undefined;
  const data = there['certificate-authority-data'];
  return {
    server: there.server ?? '',
    serverName: there['tls-server-name'],
    proxy: there['proxy-url'],
    ca: data && Buffer.from(data, 'base64').toString('utf8'),
    token: who.token,
    as: who.as,
  };
}

function read(KUBECONFIG: string, context: string | undefined): Said | undefined {
  try {
    const access = accessOf(findKubeconfig(undefined, { KUBECONFIG }), context);
    const { server, serverName, proxy, ca, token, impersonation } = access;
    return { server, serverName, proxy, ca, token, as: impersonation?.user };
  } catch {
    return undefined;
  }
}
