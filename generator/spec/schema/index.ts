import * as v from 'valibot';
import { image } from './image.ts';
import * as is from './values.ts';
import { environmentVariables, secretVariables, workload } from './workload.ts';

const doc = v.description;

/** Redis 8 brings the search and JSON commands that Redis Stack used to add. */
const redisImage =
  'docker.io/library/redis:8.4.0-alpine@sha256:6cbef353e480a8a6e7f10ec545f13d7d3fa85a212cdcc5ffaf5a1c818b9d3798';

const hostEntry = v.union(
  [
    is.host,
    v.object({
      host: v.pipe(is.host, doc('The public name')),
      paths: v.pipe(
        v.record(is.urlPath, is.label()),
        doc('Path prefix: workload, e.g. { /: web, /api: api }'),
      ),
    }),
  ],
  'a host name, or a mapping such as { host: shop.example, paths: { /: web, /api: api } }',
);

const tls = v.object(
  {
    email: v.pipe(is.email, doc("Where Let's Encrypt sends warnings")),
    issuer: v.optional(
      v.pipe(
        v.picklist(['production', 'staging'], 'production or staging'),
        doc("Let's Encrypt's staging issuer has generous limits, but browsers do not trust it"),
      ),
      'production',
    ),
  },
  'a mapping such as { email: ops@shop.example }',
);

const connect = v.object(
  {
    host: v.optional(v.pipe(is.envName, doc('Variable for the host; sealed value redis-host when external'))),
    port: v.optional(v.pipe(is.envName, doc('Variable for the port; sealed value redis-port when external'))),
    username: v.optional(
      v.pipe(is.envName, doc('Variable for the user; sealed value redis-username when external')),
    ),
    password: v.optional(v.pipe(is.envName, doc('Variable for the password; sealed value redis-password'))),
    url: v.optional(
      v.pipe(is.envName, doc('Variable for a whole redis:// URL; sealed value redis-url when external')),
    ),
  },
  'a mapping of host, port, username, password or url to variable names',
);

const redis = v.union(
  [
    v.picklist(['embedded', 'external']),
    v.object({
      mode: v.pipe(
        v.picklist(['embedded', 'external'], 'embedded or external'),
        doc('Run it here, or use another'),
      ),
      connect: v.optional(v.pipe(connect, doc('Which environment variables the app reads')), {}),
      storage: v.optional(v.pipe(is.quantity, doc('Size of its volume')), '1Gi'),
      memory: v.optional(v.pipe(is.quantity, doc('Its memory; six tenths of it hold data')), '256Mi'),
    }),
  ],
  'embedded, external, or a mapping with `mode`',
);

const publicKeys = v.array(is.sshKey, 'a list of public keys, each in one line');

const ssh = v.object(
  {
    operators: v.optional(
      v.pipe(publicKeys, doc('Public keys of people who may become root on the droplet')),
      [],
    ),
    deploy: v.optional(
      v.pipe(publicKeys, doc('Public keys that may deliver, and nothing else: of CI, say')),
      [],
    ),
    from: v.optional(
      v.pipe(
        v.array(is.addressRange, 'a list of address ranges'),
        doc('Who may reach port 22. Runners of GitHub have changing addresses: everybody if left out'),
      ),
      ['0.0.0.0/0', '::/0'],
    ),
  },
  'a mapping such as { operators: [ssh-ed25519 AAAA… me@laptop] }',
);

const backups = v.object(
  {
    endpoint: v.pipe(is.httpsUrl, doc('An S3-compatible service, e.g. https://fra1.digitaloceanspaces.com')),
    bucket: v.pipe(is.bucket, doc('A bucket that is there already')),
    region: v.optional(v.pipe(is.slug, doc('Its region, as the service names it')), 'us-east-1'),
  },
  'a mapping of endpoint and bucket',
);

const droplet = v.object(
  {
    region: v.optional(v.pipe(is.slug, doc('DigitalOcean region')), 'fra1'),
    size: v.optional(v.pipe(is.slug, doc('DigitalOcean size; manifests are checked to fit')), 's-2vcpu-4gb'),
    nodes: v.optional(v.pipe(is.count(1, 100), doc('Droplets in the cluster')), 1),
    image: v.optional(
      v.pipe(is.slug, doc('The Ubuntu that becomes NixOS: an image of DigitalOcean')),
      'ubuntu-24-04-x64',
    ),
    ssh: v.optional(v.pipe(ssh, doc('Who may come in')), {}),
    volume: v.optional(
      v.pipe(
        v.union([is.quantity, v.literal('none')], 'a size such as 10Gi, or none'),
        doc("Block storage that outlives the droplet: k3s' state and volumes. none: they are on its disk"),
      ),
      '10Gi',
    ),
    escrow: v.optional(
      v.pipe(
        v.array(is.ageRecipient, 'a list of age recipients'),
        doc("Who can open clusters/<env>/escrow.age, which holds k3s' token and the sealing key"),
      ),
      [],
    ),
    backups: v.optional(v.pipe(backups, doc('Where backups go; none are made if left out'))),
  },
  'a mapping such as { region: fra1, size: s-2vcpu-4gb }',
);

const addons = v.object(
  {
    certManager: v.optional(v.pipe(is.version, doc('cert-manager chart version')), 'v1.21.2'),
    sealedSecretsChart: v.optional(v.pipe(is.version, doc('sealed-secrets chart version')), '2.19.1'),
    sealedSecrets: v.optional(
      v.pipe(is.version, doc('sealed-secrets controller version, 0.40.0 or newer')),
      '0.40.0',
    ),
    redis: v.optional(v.pipe(is.imageReference, doc('Image of an embedded Redis, 8 or newer')), redisImage),
  },
  'a mapping of certManager, sealedSecretsChart, sealedSecrets, redis',
);

/** What an environment is resolved from: the base with the environment's overrides laid over it. */
export const environmentSpec = v.object({
  app: v.pipe(is.label(40), doc('Name of the app')),
  namespace: v.optional(v.pipe(is.label(63), doc("Kubernetes namespace; the app's name if left out"))),
  image: v.pipe(image, doc('Image repository, and how the image is built')),
  env: v.optional(v.pipe(environmentVariables, doc('Plain environment variables of every workload')), {}),
  secrets: v.optional(v.pipe(secretVariables, doc('Sealed environment variables of every workload')), []),
  workloads: v.pipe(
    v.record(is.label(40), workload, 'a mapping such as { web: { port: 8080 } }'),
    doc('What runs: servers (`port`), CronJobs (`schedule`), workers (neither)'),
  ),
  hosts: v.optional(
    v.pipe(
      v.array(hostEntry, 'a list of host names'),
      doc('Public names; all lead to the first server unless paths say more'),
    ),
    [],
  ),
  tls: v.optional(v.pipe(tls, doc("Certificates by Let's Encrypt; needed as soon as there are hosts"))),
  redis: v.optional(v.pipe(redis, doc('A Redis of its own, or one elsewhere'))),
  droplet: v.optional(v.pipe(droplet, doc('The machine')), {}),
  addons: v.optional(v.pipe(addons, doc('Exact versions of what runs beside the app')), {}),
});

/** Keys that stand only at the top: an environment cannot override them. */
export const topOnly = {
  templates: v.optional(v.pipe(is.relativePath, doc('Folder with templates of your own'))),
  environments: v.pipe(
    v.record(is.label(40), v.unknown(), 'a mapping such as { staging: { … }, prod: { … } }'),
    doc('Each environment and what differs there: mappings merge, lists replace, null removes'),
  ),
};

export type EnvironmentSpec = v.InferOutput<typeof environmentSpec>;
export type WorkloadSpec = v.InferOutput<typeof workload>;
export type ImageSpec = v.InferOutput<typeof image>;
export type ProbeSpec = Exclude<WorkloadSpec['health'], string | undefined>;
