/** A failure that is known by the words of Docker, BuildKit or a registry. */
export interface Failure {
  form: RegExp;
  /** Also when a step of the Dockerfile was what failed. */
  anywhere?: boolean;
  /** `{repository}`, `{registry}`, `{host}` (which was asked) and `{doing}` are filled in. */
  message: string;
  remedy: string;
}

/** The first that fits is it. */
export const FAILURES: readonly Failure[] = [
  {
    form: /permission denied while trying to connect|(?:docker\.sock|dial unix [^\n]*): (?:connect: )?permission denied/i,
    message: "this user may not use Docker's socket",
    remedy: 'Add the user to the group `docker` and log in anew, or run it as a user who may.',
  },
  {
    form: /cannot connect to the docker daemon|failed to connect to the docker api|is the docker daemon running|error during connect|dial unix [^\n]*(?:no such file|connection refused)/i,
    message: 'the Docker daemon cannot be reached',
    remedy: 'Start it (`systemctl start docker`, or Docker Desktop), or point DOCKER_HOST at one that runs.',
  },
  {
    form: /no space left on device|disk quota exceeded/i,
    anywhere: true,
    message: 'the disk is full',
    remedy:
      'Free some space: `docker system df` shows what Docker takes, `docker buildx prune` clears its cache.',
  },
  {
    form: /buildkit-syft-scanner/,
    message: 'the SBOM cannot be made: its scanner image cannot be fetched',
    remedy:
      'Let the builder reach docker.io, or leave the SBOM out with --no-sbom (in a workflow: `sbom: false`).',
  },
  {
    form: /multi-platform build is not supported/i,
    message: 'this builder builds for one platform at a time',
    remedy: 'Make one that can: `docker buildx create --use` (in a workflow: docker/setup-buildx-action).',
  },
  {
    form: /(?:attestation|cache export) is not supported/i,
    message: 'this builder can neither attest nor export its cache',
    remedy: 'Make one that can: `docker buildx create --use` (in a workflow: docker/setup-buildx-action).',
  },
  {
    form: /exec format error/i,
    anywhere: true,
    message: 'a step runs a program of another platform, which this machine cannot',
    remedy:
      'Install QEMU for it (in a workflow: docker/setup-qemu-action), or build for the platform of this machine.',
  },
  {
    form: /failed to read dockerfile|evaluate symlinks in dockerfile path|failed to (?:read|open) [^\n]*dockerfile[^\n]*no such file|resolve : lstat/i,
    message: 'neither this repository nor the context has the Dockerfile that the spec names',
    remedy: 'Correct `dockerfile:` below `image.build` in the spec.',
  },
  {
    form: /reference is not a tree|not a valid object name|failed to checkout remote|couldn't find remote ref|not our ref|failed to (?:fetch|load) remote|could not read username|unable to (?:access|prepare) [^\n]*git|remote: repository not found|fatal: repository/i,
    message: 'the git context cannot be fetched',
    remedy:
      'Check its address and that the commit is there; a private one needs GIT_AUTH_TOKEN, or an SSH agent.',
  },
  {
    form: /failed to resolve source metadata|pull access denied|load metadata for/i,
    message: 'a base image cannot be fetched',
    remedy:
      'Check its name behind FROM, that its registry can be reached, and that you are logged in there if it is private.',
  },
  {
    form: /tag_invalid|tag invalid|immutable|cannot be overwritten|already exists and cannot/i,
    message: '{registry} does not take this tag for {repository}',
    remedy:
      'Allow tags to be moved there, or delete the tag; a tag of the same revision may be there from another Dockerfile.',
  },
  {
    form: /http response to https client/i,
    message: '{registry} speaks plain HTTP only',
    remedy: 'Give it a certificate, or name it as an insecure registry in the settings of the builder.',
  },
  {
    form: /certificate signed by unknown authority|x509:|certificate has expired/i,
    message: 'the certificate of {registry} is not trusted',
    remedy: 'Mend the certificate, or give the builder its authority.',
  },
  {
    form: /no basic auth credentials|unauthorized|\b401\b|authentication required/i,
    message: 'you are not logged in at {registry}, or with a wrong password',
    remedy: 'Run `docker login {registry}` (in a workflow: docker/login-action before this step).',
  },
  {
    form: /\bdenied\b|\b403\b|forbidden|insufficient_scope|access to the resource is denied/i,
    message: '{registry} refuses the push to {repository}',
    remedy:
      'Log in as someone who may write there; a workflow needs `permissions: packages: write` for ghcr.io.',
  },
  {
    form: /name_unknown|repository name not known|repository [^\n]* (?:not found|does not exist)/i,
    message: '{registry} has no repository {repository}',
    remedy: 'Create it there, or correct `image.repository` in the spec.',
  },
  {
    form: /\b429\b|too ?many ?requests|rate limit/i,
    message: '{registry} has had too many requests',
    remedy: 'Wait and run it again; logged in, more are allowed.',
  },
  {
    form: /connection refused|no such host|i\/o timeout|tls handshake timeout|network is unreachable|no route to host|connection reset|server misbehaving|context deadline exceeded|: EOF$/im,
    message: 'could not {doing}: {host} cannot be reached',
    remedy:
      'Check the names in `image.repository` and behind FROM, and the network of this machine; then run it again.',
  },
  {
    form: /\b5[0-9]{2} (?:internal server error|bad gateway|service unavailable|gateway time-?out)|unexpected status[^\n]* 5[0-9]{2}/i,
    message: 'could not {doing}: {registry} has a fault of its own',
    remedy: 'Run it again later.',
  },
];
