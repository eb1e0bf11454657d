import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAttestations, parseInspected, parsePulled } from '../../capabilities/build-image/published.ts';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const OTHER = `sha256:${'2'.repeat(64)}`;
const image = (os: string, architecture: string, variant?: string) => ({
  os,
  architecture,
  ...(variant === undefined ? {} : { variant }),
  config: { Labels: { for: architecture } },
});

describe('an image in a registry', () => {
  it('of one platform', () => {
    const text = JSON.stringify({ name: 'x', manifest: { digest: DIGEST }, image: image('linux', 'amd64') });
    expect(parseInspected(text)).toEqual({
      digest: DIGEST,
      platforms: new Map([['linux/amd64', { for: 'amd64' }]]),
      attestations: [],
    });
  });

  it('of several, with attestations', () => {
    const statement = {
      digest: OTHER,
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    };
    const parsed = parseInspected(
      JSON.stringify({
        manifest: { digest: DIGEST, manifests: [{ digest: DIGEST, platform: {} }, statement] },
        image: {
          'linux/amd64': image('linux', 'amd64'),
          'linux/arm64': image('linux', 'arm64', 'v8'),
          z: image('linux', 'arm', 'v7'),
        },
      }),
    );
    expect([...(parsed?.platforms.keys() ?? [])]).toEqual(['linux/amd64', 'linux/arm64', 'linux/arm/v7']);
    expect(parsed?.attestations).toEqual([OTHER]);
  });

  it('that has no labels, or is no image', () => {
    const bare = {
      manifest: { digest: DIGEST },
      image: { os: 'linux', architecture: 'amd64', config: { Labels: null } },
    };
    expect(parseInspected(JSON.stringify(bare))?.platforms.get('linux/amd64')).toEqual({});
    const chart = parseInspected(JSON.stringify({ manifest: { digest: DIGEST } }));
    expect(chart?.platforms.size).toBe(0);
  });

  it('is nothing when it is something else', () => {
    for (const text of [
      '',
      'null',
      '[]',
      '{}',
      '{"manifest":{"digest":"sha256:1"}}',
      '{"manifest":3,"image":"x"}',
    ])
      expect(parseInspected(text)).toBeUndefined();
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() =>
          [parseInspected, (text: string) => parsePulled(text, 'x'), parseAttestations].map((parse) =>
            parse(JSON.stringify(value)),
          ),
        ).not.toThrow();
      }),
    );
  });
});

describe('an image that was pulled', () => {
  it.each([
    ['ghcr.io/acme/shop', 'ghcr.io/acme/shop'],
    ['docker.io/acme/shop', 'acme/shop'],
    ['docker.io/library/shop', 'shop'],
    ['acme/shop', 'acme/shop'],
  ])('%s is %s to the engine', (repository, short) => {
    const text = JSON.stringify([
      {
        RepoDigests: [`other/${short}@${OTHER}`, `${short}@${DIGEST}`],
        Os: 'linux',
        Architecture: 'amd64',
        Config: { Labels: { a: 'b' } },
      },
    ]);
    expect(parsePulled(text, repository)).toEqual({
      digest: DIGEST,
      platforms: new Map([['linux/amd64', { a: 'b' }]]),
      attestations: [],
    });
  });

  it('has no digest before it is pushed', () => {
    expect(parsePulled('[{"RepoDigests":[],"Os":"linux"}]', 'x')).toBeUndefined();
  });
});

it.each([
  ['https://slsa.dev/provenance/v0.2', { provenance: true, sbom: false }],
  ['https://slsa.dev/provenance/v1', { provenance: true, sbom: false }],
  ['https://spdx.dev/Document', { provenance: false, sbom: true }],
  ['https://cyclonedx.org/bom', { provenance: false, sbom: true }],
  ['https://other.example/', { provenance: false, sbom: false }],
])('a statement of the type %s', (type, expected) => {
  const layers = [{ annotations: { 'in-toto.io/predicate-type': type } }];
  expect(parseAttestations(JSON.stringify({ layers }))).toEqual(expected);
});
