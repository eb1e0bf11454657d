import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../capabilities/deploy/probe-options.ts';
import { parseTime } from '../../capabilities/parse-time.ts';
import { folderWith, lunchbox, SMALLEST } from '../support/cli.ts';
import { gitRepository } from '../support/git.ts';

const SECRET = 'token-that-nobody-sees';
/** Of a cluster that is not there. */
const kubeconfig = (server: string, more = {}) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'there',
    contexts: [{ name: 'there', context: { cluster: 'there', user: 'me' } }],
    clusters: [{ name: 'there', cluster: { server, ...more } }],
    users: [{ name: 'me', user: { token: SECRET } }],
  });

function repository() {
  const made = gitRepository();
  made.commit('spec', { 'lunchbox.yaml': SMALLEST });
  lunchbox(['render'], made.folder);
  made.commit('rendered');
  return made;
}

describe('the commands that ask a cluster', () => {
  const commands = ['deploy', 'status', 'history', 'rollback', 'drift'];

  it.each(commands)('%s says what is missing to reach a droplet', (command) => {
    const { folder } = repository();
    const { code, err, out } = lunchbox([command, 'prod'], folder);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('prod has not been provisioned: clusters/prod/host.json has no address');
    expect(err).toContain('clusters/prod/known_hosts is not there');
    expect(err).toContain('--kubeconfig');
  });

  it.each(commands)('%s knows the environments', (command) => {
    const { folder } = repository();
    const { code, err } = lunchbox([command, 'prodd'], folder);
    expect(code).toBe(2);
    expect(err).toContain('has no environment `prodd`; did you mean `prod`?');
  });

  it.each([
    ['https://127.0.0.1:1', 'nothing listens at the address of the API server'],
    ['https://nowhere.invalid:6443', 'the name of the API server leads nowhere'],
    ['http://127.0.0.1:1', 'leads to no https server'],
  ])('%s is told in words, without the credential', (server, message) => {
    const { folder } = repository();
    const file = folderWith({ kubeconfig: kubeconfig(server) });
    const { code, err } = lunchbox(['status', 'prod', '--kubeconfig', `${file}/kubeconfig`], folder);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).not.toContain(SECRET);
    expect(err).not.toContain('bug');
  });

  it('reads the files of KUBECONFIG as kubectl does, and says which of them leads nowhere', () => {
    const { folder } = repository();
    const config = JSON.parse(kubeconfig('https://127.0.0.1:1')) as Record<string, unknown>;
    const { clusters, users, contexts } = config;
    const files = folderWith({
      a: JSON.stringify({ contexts, users }),
      b: JSON.stringify({ clusters, users: [{ name: 'me', user: {} }] }),
    });
    const KUBECONFIG = ['missing', 'a', 'b'].map((name) => join(files, name)).join(delimiter);
    const { code, err } = lunchbox(['status', 'prod', '--context', 'there'], folder, { env: { KUBECONFIG } });
    expect(code).toBe(2);
    expect(err).toMatch(
      /^error {2}127\.0\.0\.1:1 \(context there, of \S+\/b\): .* nothing listens at the address/,
    );
    expect(err).toContain('See that the cluster runs, and that the address is the right one.');
  });

  it('runs no program to say who asks where there is a token', () => {
    const { folder } = repository();
    const config = JSON.parse(kubeconfig('https://127.0.0.1:1')) as { users: { user: object }[] };
    for (const { user } of config.users) Object.assign(user, { exec: { command: 'no-such-plugin' } });
    const file = folderWith({ kubeconfig: JSON.stringify(config) });
    const { err } = lunchbox(['status', 'prod', '--kubeconfig', `${file}/kubeconfig`], folder);
    expect(err).toContain('nothing listens at the address of the API server');
  });

  it('goes through the proxy of the kubeconfig, or else of HTTPS_PROXY', () => {
    const { folder } = repository();
    const ask = (more: object, HTTPS_PROXY: string) => {
      const file = folderWith({ kubeconfig: kubeconfig('https://192.0.2.1', more) });
      const args = ['status', 'prod', '--kubeconfig', `${file}/kubeconfig`];
      return lunchbox(args, folder, { env: { HTTPS_PROXY } }).err;
    };
    const nothing = (proxy: string) => `the proxy ${proxy} cannot be reached: nothing listens there`;
    const own = { 'proxy-url': 'http://127.0.0.1:1' };
    expect(ask(own, 'http://127.0.0.1:9')).toContain(nothing('http://127.0.0.1:1'));
    expect(ask({}, 'http://127.0.0.1:9')).toContain(nothing('http://127.0.0.1:9'));
    expect(ask({}, 'http://127.0.0.1:9')).toContain('NO_PROXY');
  });

  it.each([
    [['--kubeconfig', 'nowhere'], /nowhere cannot be read/],
    [['--context', 'elsewhere', '--kubeconfig', 'FILE'], /it has no context `elsewhere`/],
    // Before anything is looked up.
    [['--max-downtime', 'soon'], /^error {2}--max-downtime is a time such as 500ms, 2s or 1m, not `soon`/],
    [['--probe-address', 'a b', '--kubeconfig', 'FILE'], /--probe-address is HOST or HOST:PORT/],
    [['--revision', 'nothing', '--kubeconfig', 'FILE'], /there is no commit `nothing` here/],
    [['--timeout', 'long'], /--timeout takes a whole number/],
    [['--sealing-key', 'nowhere', '--kubeconfig', 'FILE'], /nowhere cannot be read/],
  ])('deploy %j exits 2 and says what to do', (args, message) => {
    const { folder } = repository();
    const file = folderWith({ kubeconfig: kubeconfig('https://127.0.0.1:1') });
    const given = args.map((each) => (each === 'FILE' ? `${file}/kubeconfig` : each));
    const { code, err } = lunchbox(['deploy', 'prod', ...given], folder);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it('deliver nothing that is not committed', () => {
    const { folder } = gitRepository();
    writeFileSync(join(folder, 'lunchbox.yaml'), SMALLEST);
    lunchbox(['render'], folder);
    const file = folderWith({ kubeconfig: kubeconfig('https://127.0.0.1:1') });
    const args = ['deploy', 'prod', '--kubeconfig', `${file}/kubeconfig`];
    const { code, err } = lunchbox(args, folder);
    expect(code).toBe(2);
    expect(err).toContain('nothing is committed here');
    // The files as they are, on purpose: that is as far as it gets without a cluster.
    expect(lunchbox([...args, '--working-tree'], folder).err).toContain('nothing listens');
  });
});

describe('options', () => {
  it.each([
    ['500ms', 500],
    ['2s', 2000],
    ['1.5', 1500],
    ['1m', 60_000],
    ['', undefined],
    ['soon', undefined],
  ])('--max-downtime %j', (text, milliseconds) => {
    expect(parseTime(text)).toBe(milliseconds);
  });

  it.each([
    ['203.0.113.7', 'https://shop.example/', { host: '203.0.113.7', port: 443 }],
    ['203.0.113.7', 'http://shop.example/', { host: '203.0.113.7', port: 80 }],
    ['localhost:8443', 'https://shop.example/', { host: 'localhost', port: 8443 }],
    ['[2001:db8::1]:81', 'http://shop.example/', { host: '2001:db8::1', port: 81 }],
  ])('--probe-address %s for %s', (text, url, via) => {
    expect(parseAddress(text)?.(url)).toEqual(via);
  });

  it.each(['host:99999', 'a b', 'https://shop.example', ':80'])('--probe-address %s is refused', (text) => {
    expect(() => parseAddress(text)).toThrow('--probe-address is HOST or HOST:PORT');
  });
});
