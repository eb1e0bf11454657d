import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KubeconfigOutput, LARGEST_KUBECONFIG } from '../../adapters/ssh/kubeconfig-output.ts';

const K3S = 'apiVersion: v1\nkind: Config\nclusters:\n- name: default\nusers: [{user: {token: é}}]\n';

describe('what the command of the droplet prints', () => {
  it('is whole at the end of its document, in whatever pieces it comes', () => {
    const bytes = Buffer.from(`${K3S}\n...\n`);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 })), (cuts) => {
        const output = new KubeconfigOutput();
        const ends = [...new Set(cuts), bytes.length].sort((a, b) => a - b);
        const states = ends.map((end, index) => output.push(bytes.subarray(ends[index - 1] ?? 0, end)));
        expect(states.at(-1)).toBe('whole');
        expect(
          states.filter((state, index) => state === 'whole' && (ends[index] ?? 0) < bytes.length - 1),
        ).toEqual([]);
        expect(output.read()).toEqual({ kubeconfig: K3S });
      }),
    );
  });

  it('is not kept once it is too large', () => {
    const output = new KubeconfigOutput();
    expect(output.push(Buffer.alloc(LARGEST_KUBECONFIG, 'x'))).toBe('more');
    expect(output.push(Buffer.from('\n...\n'))).toBe('too large');
    expect(output.read()).toEqual({ problem: 'something that is no kubeconfig' });
  });

  it.each([
    'hello\n...\n',
    '...\n',
    'kind: Config\n...\n',
    'kind: List\nclusters: []\n...\n',
    'kind: Config\nclusters: [\n...\n',
    '- kind: Config\n...\n',
  ])('is no kubeconfig: %j', (text) => {
    const output = new KubeconfigOutput();
    expect(output.push(Buffer.from(text))).toBe('whole');
    expect(output.read()).toEqual({ problem: 'something that is no kubeconfig' });
  });

  it.each([
    ['exec', 'users: [{user: {exec: {command: sh}}}]'],
    ['tokenFile', 'users: [{user: {tokenFile: /etc/shadow}}]'],
    ['client-key', 'users: [{user: {client-key: /etc/shadow}}]'],
    ['exec', 'users: [{user: &a {exec: {command: sh}}}, {user: *a}]'],
    ['proxy-url', 'x: [{cluster: {proxy-url: "http://elsewhere"}}]'],
  ])('may not want anything of this machine: %s', (key, line) => {
    const output = new KubeconfigOutput();
    output.push(Buffer.from(`kind: Config\nclusters: []\n${line}\n...\n`));
    expect(output.read()).toEqual({
      problem: `a kubeconfig that wants something of this machine (\`${key}\`)`,
    });
  });
});
