import { describe, expect, it } from 'vitest';
import { duration } from '../../../generator/deploy/format/words.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import { notReady } from '../../../generator/provision/machine/cluster-state.ts';
import { escrowSeal, escrowText } from '../../../generator/provision/machine/escrow.ts';
import { readNetwork } from '../../../generator/provision/machine/network.ts';
import { archiveDigest, tarOf } from '../../../generator/provision/machine/tar.ts';
import { timelineMarkdown, timelineText } from '../../../generator/provision/machine/timeline.ts';

const END = '--- end of part ---\n';

describe('the network of a machine', () => {
  const link = (ifname: string, more: object = {}) => ({
    ifname,
    link_type: 'ether',
    address: 'D6:3A:10:9B:2E:41',
    addr_info: [
      { family: 'inet', local: '203.0.113.9', prefixlen: 20, scope: 'global' },
      { family: 'inet6', local: 'fe80::1', prefixlen: 64, scope: 'link' },
    ],
    ...more,
  });

  it('is what the provider plugged in, and the way out', () => {
    const links = [
      link('lo', { link_type: 'loopback' }),
      link('eth0'),
      link('cni0'),
      link('veth12ab'),
      link('flannel.1'),
      { ifname: 'enp2s0', link_type: 'ether', address: '0a:00:00:00:00:01' },
    ];
    const answer = [
      JSON.stringify(links),
      '[{"dst":"default","gateway":"203.0.113.1","dev":"eth0"}]\n',
      '[{"dst":"default","gateway":"2001:db8::1","dev":"eth0"}]\n',
      'search example\nnameserver 127.0.0.53\nnameserver 67.207.67.3\nnameserver 67.207.67.3\nnameserver 2001:db8::53\n',
    ].join(`\n${END}`);
    expect(readNetwork(answer.replaceAll('\n\n', '\n'))).toEqual({
      interfaces: [
        { name: 'eth0', mac: 'd6:3a:10:9b:2e:41', addresses: ['203.0.113.9/20'] },
        { name: 'enp2s0', mac: '0a:00:00:00:00:01', addresses: [] },
      ],
      gateway4: '203.0.113.1',
      gateway6: '2001:db8::1',
      nameservers: ['67.207.67.3', '2001:db8::53'],
    });
  });

  it('may have no way out, and no resolver', () => {
    expect(readNetwork(`[]\n${END}[ ]\n${END}${END}`)).toEqual({ interfaces: [], nameservers: [] });
  });
});

describe('a new cluster', () => {
  const object = (name: string, type: string, status: string): JsonObject => ({
    metadata: { name },
    status: { conditions: [{ type, status }] },
  });
  const node = { items: [object('n', 'Ready', 'True')] };
  const all = { items: [object('coredns', 'Available', 'True'), object('traefik', 'Available', 'True')] };

  it.each<[JsonObject, JsonObject, string | undefined]>([
    [node, all, undefined],
    [{ items: [] }, all, 'there is no node yet'],
    [{}, all, 'there is no node yet'],
    [{ items: [object('n', 'Ready', 'Unknown')] }, all, 'node n is not ready'],
    [node, { items: [object('coredns', 'Available', 'True')] }, 'traefik is not there yet'],
    [node, { items: [object('coredns', 'Available', 'False')] }, 'coredns is not available yet'],
    [node, { items: [{ metadata: { name: 'coredns' } }] }, 'coredns is not available yet'],
  ])('is ready when its node and its system are (%#)', (nodes, deployments, expected) => {
    expect(notReady(nodes, deployments)).toBe(expected);
  });
});

describe('the archive', () => {
  it('is the same for the same files, in whatever order, and another for others', () => {
    const files = [
      { path: 'flake.nix', text: '{ }' },
      { path: 'nixos/a.sh', text: '#!/bin/sh\n' },
    ];
    expect(archiveDigest(tarOf(files))).toBe(archiveDigest(tarOf([...files].reverse())));
    expect(archiveDigest(tarOf(files))).not.toBe(archiveDigest(tarOf(files.slice(1))));
    expect(tarOf(files).length % 512).toBe(0);
    expect(() => tarOf([{ path: 'x'.repeat(101), text: '' }])).toThrow(RangeError);
  });
});

describe('the escrow', () => {
  const content = { app: 'shop', environment: 'prod', k3sToken: 'K10a::server:b', sealingKey: 'pem' };

  it('is sealed for what is in it, for whom, and as which file', () => {
    expect(JSON.parse(escrowText(content))).toEqual(content);
    const seal = escrowSeal(content, ['age1a', 'age1b'], 'file');
    expect(escrowSeal(content, ['age1b', 'age1a'], 'file')).toBe(seal);
    expect(escrowSeal(content, ['age1a'], 'file')).not.toBe(seal);
    expect(escrowSeal({ ...content, k3sToken: 'x' }, ['age1a', 'age1b'], 'file')).not.toBe(seal);
    expect(escrowSeal(content, ['age1a', 'age1b'], 'other')).not.toBe(seal);
  });
});

describe('the timeline', () => {
  it('is a table, on a terminal and in Markdown', () => {
    const timeline = [
      { stage: 'reachable', outcome: 'done', milliseconds: 9_400, note: 'ubuntu' },
      { stage: 'converting', outcome: 'failed', milliseconds: 270_000, note: 'a | b `c`' },
    ] as const;
    expect(timelineText(timeline)).toBe(
      `  reachable, with the pinned host key       9.4 s  done    ubuntu
  converted to NixOS                   4 min 30 s  FAILED  a | b \`c\`
  total                                4 min 39 s
`,
    );
    const markdown = timelineMarkdown(timeline).split('\n');
    expect(markdown[2]).toBe('| reachable, with the pinned host key | 9.4 s | done | ubuntu |');
    // What a machine says cannot break out of its cell.
    expect(markdown[3]).toMatch(
      /^\| converted to NixOS \| 4 min 30 s \| FAILED \| a &#124; b .*c.* \|$|^\| converted to NixOS \| 4 min 30 s \| FAILED \| a \\\| b .*c.* \|$/,
    );
    expect(markdown.at(-2)).toBe('| **total** | 4 min 39 s | | |');
    const spans = [0, 59_400, 59_990, 60_000, 3_725_000, 119_999];
    expect(spans.map(duration)).toEqual(['0.0 s', '59.4 s', '1 min', '1 min', '62 min 5 s', '2 min']);
  });
});
