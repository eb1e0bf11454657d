import * as v from 'valibot';
import { image } from './image.ts';
import * as is from './values.ts';

const doc = v.description;

const probe = v.pipe(
  v.object(
    {
      path: v.optional(v.pipe(is.urlPath, doc('HTTP path to ask for; 200 to 399 is healthy'))),
      headers: v.optional(
        v.pipe(v.record(is.argument, is.argument), doc('HTTP request headers, such as Host')),
      ),
      tcp: v.optional(v.pipe(is.flag, doc('Only open a connection: for apps without a health endpoint'))),
      port: v.optional(v.pipe(is.port, doc("Another port than the workload's own"))),
      period: v.optional(v.pipe(is.seconds(1, 3600), doc('Seconds between two probes'))),
      timeout: v.optional(v.pipe(is.seconds(1, 300), doc('Seconds until a probe counts as failed'))),
      failures: v.optional(v.pipe(is.count(1, 1000), doc('Failures in a row that count'))),
      delay: v.optional(v.pipe(is.seconds(0, 3600), doc('Seconds to wait before the first probe'))),
    },
    'a mapping such as { path: /healthz }',
  ),
  doc('One probe: over HTTP with `path`, else over TCP'),
);
const probeOrOff = v.union([v.literal(false), probe], 'a mapping such as { path: /healthz }, or false');

const health = v.union(
  [v.literal('tcp'), is.urlPath, probe],
  'a path such as /healthz, the word tcp, or a mapping such as { path: /healthz, headers: { Host: shop } }',
);

const file = v.union(
  [v.string(), v.object({ from: v.pipe(is.relativePath, doc('A file of this repository')) })],
  'the text of the file, or { from: FILE }',
);

const volume = v.object(
  {
    path: v.pipe(is.absolutePath, doc('Where it is mounted')),
    size: v.pipe(is.quantity, doc('How much it holds, e.g. 1Gi')),
    class: v.optional(v.pipe(is.label(63), doc("Storage class; k3s' own (local-path) if left out"))),
  },
  'a mapping such as { path: /data, size: 1Gi }',
);

export const environmentVariables = v.record(is.envName, is.envValue, 'a mapping of NAME: value');

export const secretVariables = v.union(
  [
    v.array(is.secretItem, 'a list of names'),
    v.record(is.envName, is.secretItem, 'a mapping of NAME: sealed value'),
  ],
  'a list of names, or a mapping of NAME: sealed value',
);

const resources = v.object(
  {
    cpu: v.optional(v.pipe(is.cpu, doc('Requested processor time')), '100m'),
    memory: v.optional(
      v.pipe(is.quantity, doc('Requested memory, and its limit unless `limits` says more')),
      '256Mi',
    ),
    limits: v.optional(
      v.object(
        {
          cpu: v.optional(v.pipe(is.cpu, doc('Processor limit; none if left out (a limit throttles)'))),
          memory: v.optional(v.pipe(is.quantity, doc('Memory limit; the request if left out'))),
        },
        'a mapping such as { memory: 512Mi }',
      ),
    ),
  },
  'a mapping such as { cpu: 100m, memory: 256Mi }',
);

const scale = v.object(
  {
    min: v.optional(v.pipe(is.count(1, 1000), doc('Fewest pods')), 2),
    max: v.pipe(is.count(1, 1000), doc('Most pods')),
    cpu: v.optional(v.pipe(is.count(1, 100), doc('Target: per cent of the requested processor time')), 75),
  },
  'a mapping such as { min: 2, max: 5 }',
);

const shutdown = v.object(
  {
    drain: v.optional(
      v.pipe(is.seconds(0, 600), doc('Seconds to go on serving while Traefik forgets the pod')),
      12,
    ),
    grace: v.optional(
      v.pipe(is.seconds(1, 3600), doc('Seconds until a pod is killed, draining included')),
      45,
    ),
  },
  'a mapping such as { drain: 12, grace: 45 }',
);

export const workload = v.object(
  {
    image: v.optional(v.pipe(image, doc("This workload's own image instead of the app's"))),
    command: v.optional(
      v.pipe(v.array(is.argument, 'a list of words'), doc("Replaces the image's entry point")),
    ),
    args: v.optional(v.pipe(v.array(is.argument, 'a list of words'), doc('Arguments for the command'))),
    port: v.optional(v.pipe(is.port, doc('The port it listens on; makes it a server with a Service'))),
    schedule: v.optional(v.pipe(is.schedule, doc('Makes it a CronJob'))),
    timeZone: v.optional(
      v.pipe(is.argument, doc('Time zone of the schedule, e.g. Europe/Berlin; UTC if left out')),
    ),
    concurrency: v.optional(
      v.pipe(
        v.picklist(['Allow', 'Forbid', 'Replace'], 'Allow, Forbid or Replace'),
        doc('What a schedule does when its last run has not ended'),
      ),
    ),
    retries: v.optional(v.pipe(is.count(0, 100), doc('How often a failed scheduled run is tried again'))),
    timeout: v.optional(v.pipe(is.seconds(1, 86400), doc('Seconds until a scheduled run is ended'))),
    replicas: v.optional(v.pipe(is.count(0, 1000), doc('How many pods; 2 for servers, 1 for workers'))),
    scale: v.optional(v.pipe(scale, doc('Lets a HorizontalPodAutoscaler choose the number of pods'))),
    health: v.optional(v.pipe(health, doc('What all three probes ask for; TCP on `port` if left out'))),
    probes: v.optional(
      v.pipe(
        v.object(
          {
            startup: v.optional(v.pipe(probeOrOff, doc('Has it started? Every 2 s, up to 2 minutes'))),
            readiness: v.optional(v.pipe(probeOrOff, doc('May it get requests? Every 2 s, twice'))),
            liveness: v.optional(v.pipe(probeOrOff, doc('Is it stuck? Every 10 s, six times'))),
          },
          'a mapping of startup, readiness, liveness',
        ),
        doc('Where the three probes differ from `health`'),
      ),
    ),
    resources: v.optional(v.pipe(resources, doc('Processor time and memory')), {}),
    env: v.optional(v.pipe(environmentVariables, doc('Plain environment variables')), {}),
    secrets: v.optional(v.pipe(secretVariables, doc('Environment variables from sealed values')), []),
    files: v.optional(
      v.pipe(v.record(is.absolutePath, file, 'a mapping of PATH: text'), doc('Config files, read-only')),
      {},
    ),
    volumes: v.optional(
      v.pipe(
        v.record(is.label(30), volume, 'a mapping of NAME: { path, size }'),
        doc('Disks that outlive the pod'),
      ),
      {},
    ),
    tmp: v.optional(
      v.pipe(v.array(is.absolutePath, 'a list of paths'), doc('Folders it may write to; emptied at restart')),
      ['/tmp'],
    ),
    user: v.optional(
      v.pipe(is.count(1, 2_000_000_000), doc('Numeric user and group that it runs as')),
      10001,
    ),
    readOnlyRoot: v.optional(v.pipe(is.flag, doc('Mount the root file system read-only')), true),
    shutdown: v.optional(v.pipe(shutdown, doc('How a pod leaves')), {}),
  },
  'a mapping such as { port: 8080, health: /healthz }',
);
