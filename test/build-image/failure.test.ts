import { describe, expect, it } from 'vitest';
import { explainFailure, registryOf } from '../../capabilities/build-image/failure.ts';

const explain = (lines: string[], repository = 'ghcr.io/acme/shop') =>
  explainFailure(lines, { doing: `build ${repository}`, repository }, { env: {} }).message;

const FAILED = 'ERROR: failed to build: failed to solve:';

describe('why a build failed', () => {
  it.each<[string, string[], RegExp]>([
    [
      'socket refused',
      [
        'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: connect: permission denied',
      ],
      /may not use Docker's socket/,
    ],
    [
      'daemon away',
      ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?'],
      /daemon cannot be reached/,
    ],
    [
      'daemon away, newer words',
      [
        'ERROR: failed to connect to the docker API at unix:///x.sock; check if the path is correct and if the daemon is running: dial unix /x.sock: connect: no such file or directory',
      ],
      /daemon cannot be reached/,
    ],
    [
      'disk full',
      [`${FAILED} failed to copy files: copy file range failed: no space left on device`],
      /the disk is full/,
    ],
    [
      'disk full in a step',
      [
        '#7 1.2 write error: No space left on device',
        `${FAILED} process "/bin/sh -c x" did not complete successfully: exit code: 1`,
      ],
      /the disk is full/,
    ],
    [
      'other platform',
      [
        '#7 0.1 exec /bin/sh: exec format error',
        `${FAILED} process "/bin/sh -c x" did not complete successfully: exit code: 255`,
      ],
      /program of another platform[\s\S]*QEMU/,
    ],
    [
      'scanner away',
      [
        `${FAILED} failed to resolve source metadata for docker.io/docker/buildkit-syft-scanner:stable-1: no such host`,
      ],
      /the SBOM cannot be made[\s\S]*--no-sbom/,
    ],
    [
      'several platforms',
      ['ERROR: failed to build: Multi-platform build is not supported for the docker driver.'],
      /one platform at a time/,
    ],
    [
      'no Dockerfile',
      [`${FAILED} failed to read dockerfile: open Dockerfile: no such file or directory`],
      /has the Dockerfile that the spec names/,
    ],
    [
      'no Dockerfile, first builder',
      [
        'unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat /tmp/x: no such file or directory',
      ],
      /has the Dockerfile that the spec names/,
    ],
    [
      'no commit',
      [
        `${FAILED} failed to load cache key: failed to fetch remote https://git.example/a.git: git stderr: fatal: reference is not a tree: 1`,
      ],
      /the git context cannot be fetched/,
    ],
    [
      'base image',
      [
        `${FAILED} ghcr.io/x/y:1: failed to resolve source metadata for ghcr.io/x/y:1: unexpected status: 403 Forbidden`,
      ],
      /a base image cannot be fetched\n {2}\| ERROR.*ghcr\.io\/x\/y:1/,
    ],
    [
      'base image, first builder',
      [
        "pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      ],
      /a base image cannot/,
    ],
    [
      'not logged in',
      ['ERROR: failed to push ghcr.io/acme/shop:a: unexpected status: 401 Unauthorized'],
      /not logged in at ghcr\.io[\s\S]*docker login ghcr\.io/,
    ],
    ['not logged in, engine', ['no basic auth credentials'], /not logged in at ghcr\.io/],
    [
      'no right to write',
      ['ERROR: failed to push ghcr.io/acme/shop:a: denied: permission_denied: write_package'],
      /ghcr\.io refuses the push to ghcr\.io\/acme\/shop[\s\S]*packages: write/,
    ],
    [
      'no right to write, status',
      [
        'ERROR: failed to push: unexpected status from HEAD request to https://ghcr.io/v2/acme/shop/blobs/x: 403 Forbidden',
      ],
      /refuses the push/,
    ],
    [
      'no right to write, Docker Hub',
      [
        'ERROR: failed to push acme/shop: push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      ],
      /refuses the push/,
    ],
    [
      'fixed tag',
      [
        "ERROR: failed to push: tag invalid: The image tag 'main' already exists in the 'shop' repository and cannot be overwritten because the tag is immutable.",
      ],
      /does not take this tag/,
    ],
    [
      'no such repository',
      ["ERROR: failed to push: name unknown: The repository with name 'shop' does not exist in the registry"],
      /has no repository/,
    ],
    [
      'plain HTTP',
      [
        'ERROR: failed to do request: Head "https://r.example/v2/": http: server gave HTTP response to HTTPS client',
      ],
      /plain HTTP only/,
    ],
    [
      'certificate',
      [
        'ERROR: failed to do request: tls: failed to verify certificate: x509: certificate signed by unknown authority',
      ],
      /is not trusted/,
    ],
    [
      'too many requests',
      ['ERROR: failed to push: unexpected status: 429 Too Many Requests'],
      /too many requests/,
    ],
    [
      'away',
      [
        'ERROR: failed to do request: Head "https://ghcr.io/v2/acme/shop/blobs/x": dial tcp 192.0.2.1:443: i/o timeout',
      ],
      /could not build ghcr\.io\/acme\/shop: ghcr\.io cannot be reached/,
    ],
    [
      'another is away',
      [
        'Error response from daemon: Get "https://other.example/v2/": dial tcp: lookup other.example: no such host',
      ],
      /other\.example cannot be reached/,
    ],
    [
      'fault of the registry',
      ['ERROR: failed to push: unexpected status from PUT request to https://ghcr.io/v2/: 502 Bad Gateway'],
      /a fault of its own/,
    ],
  ])('%s', (_, lines, expected) => {
    expect(explain(['#1 something before', ...lines])).toMatch(expected);
  });

  it('repeats the last twenty lines and names the step', () => {
    const noise = Array.from({ length: 40 }, (_, line) => `#9 0.${line} line ${line}`);
    const message = explain([
      ...noise,
      '------',
      ' > [build 3/4] RUN make all:',
      '0.1 make: *** [all] Error 2',
      '------',
      `${FAILED} process "/bin/sh -c make all" did not complete successfully: exit code: 2`,
    ]);
    expect(message).toMatch(
      /^could not build ghcr\.io\/acme\/shop: failed at `\[build 3\/4\] RUN make all`\n/,
    );
    expect(message.split('\n').filter((line) => line.startsWith('  | '))).toHaveLength(20);
    expect(message).toContain('line 39');
    expect(message).not.toContain('line 20\n');
  });

  it('names the step of the first builder', () => {
    const lines = [
      'Step 1/3 : FROM scratch',
      'Step 2/3 : RUN make all',
      "The command '/bin/sh -c make all' returned a non-zero code: 2",
    ];
    expect(explain(lines)).toContain('failed at `[2/3] RUN make all`');
  });

  it.each([
    'connection refused',
    '401 Unauthorized',
    'denied',
    'name unknown: repository x not found',
    'Cannot connect to the Docker daemon',
  ])('does not take what a step prints for the registry: %s', (text) => {
    const end = `${FAILED} process "/bin/sh -c curl ${text}" did not complete successfully: exit code: 7`;
    expect(explain([`#5 0.3 ${text}`, end])).toMatch(/^could not build ghcr\.io\/acme\/shop\n/);
  });

  it('has words for a program that says nothing', () => {
    expect(explain([])).toMatch(/^could not build ghcr\.io\/acme\/shop\n/);
  });
});

it.each([
  ['ghcr.io/acme/shop', 'ghcr.io'],
  ['localhost/shop', 'localhost'],
  ['127.0.0.1:5000/shop', '127.0.0.1:5000'],
  ['acme/shop', 'docker.io'],
  ['shop', 'docker.io'],
])('the registry of %s', (repository, registry) => {
  expect(registryOf(repository)).toBe(registry);
});
