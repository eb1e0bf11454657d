import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { overlayFiles } from '../../../capabilities/overlay-files.ts';
import { renderAll } from '../../../capabilities/render.ts';
import { loadRepositoryTemplates, loadSpec } from '../../../capabilities/repository.ts';
import { compareTrees } from '../../../generator/diff/compare-trees.ts';
import type { EnvironmentTree } from '../../../generator/diff/environment-tree.ts';
import { risksOf } from '../../../generator/diff/risks/index.ts';
import { treeDigest } from '../../../generator/diff/tree-digest.ts';
import type { Files } from '../../../generator/files.ts';
import { formatRelease, releasePath } from '../../../generator/release/release.ts';
import { manifestsFolder } from '../../../generator/tree/paths.ts';
import { readManifests } from '../../../generator/validate/read-manifests.ts';
import { edit } from './cases.ts';

/* The reference instance, rendered before and after changes that people make: all that a reviewer is told of them. */

const SPEC = 'lunchbox.yaml';
const root = process.cwd();

const disk: Files = {
  read: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined),
  list: (folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
          .sort()
      : [],
  apply: () => {
    throw new Error('these files are only looked at');
  },
};
const spec = disk.read(SPEC) ?? '';
const sealed = disk.read('clusters/prod/secrets.yaml') ?? '';

/** Without the first value. */
const without = edit(sealed, [
  sealed.slice(sealed.indexOf('  airport-api-key:'), sealed.indexOf('  redis-host:')),
  '',
]);

type Texts = Record<string, string>;

/** The tree that an environment has with these files in the place of those on disk. */
async function treeWith(environment: string, texts: Texts): Promise<EnvironmentTree | undefined> {
  const repository = { files: overlayFiles(disk, new Map(Object.entries(texts))), specFile: SPEC };
  const read = loadSpec(repository);
  const templates = await loadRepositoryTemplates(repository, read);
  const [rendered] = renderAll(read, templates, repository, new Set([environment]));
  if (!rendered) return undefined;
  const { manifests, problems } = readManifests(rendered.files);
  return {
    environment,
    manifests,
    problems,
    digest: treeDigest(manifestsFolder(environment), rendered.files),
    droplet: rendered.environment.droplet,
  };
}

/** `risk Kind/name: message`, in the order in which they are shown. */
async function risks(environment: string, after: Texts, before: Texts = {}): Promise<string[]> {
  const [old, now] = [await treeWith(environment, before), await treeWith(environment, after)];
  const changes = compareTrees(environment, old, now);
  return risksOf({ environment, changes, before: old, after: now }).map(
    ({ risk, object, message }) =>
      `${risk} ${object ? `${object.kind}/${object.name}` : 'machine'}: ${message}`,
  );
}

/** The spec, changed. */
const specWith = (...edits: [string, string][]): Texts => ({ [SPEC]: edit(spec, ...edits) });
/** Adds settings to the workload `web`, in every environment. */
const web = (yaml: string): Texts => specWith(['    health: tcp\n', `    health: tcp\n${yaml}`]);
/** Adds settings to staging's own Redis. */
const redis = (yaml: string): Texts => specWith(['      mode: embedded\n', `      mode: embedded\n${yaml}`]);
const unreleased = (environment: string): Texts => ({
  [releasePath(environment)]: "revision: ''\n",
});
const release = (environment: string, digit: string): Texts => ({
  [releasePath(environment)]: formatRelease({
    revision: '',
    images: new Map([['ghcr.io/siph/skylunch', `sha256:${digit.repeat(64)}`]]),
  }),
});

interface Change {
  name: string;
  environment: string;
  before?: Texts;
  after: Texts;
  hits: string[];
}

const cases: Change[] = [
  { name: 'nothing changes in prod', environment: 'prod', after: {}, hits: [] },
  { name: 'nothing changes in staging', environment: 'staging', after: {}, hits: [] },
  {
    name: 'a comment changes',
    environment: 'prod',
    after: specWith(['# The reference instance', '# An instance']),
    hits: [],
  },
  {
    name: 'only staging changes',
    environment: 'prod',
    after: specWith(['hosts: [staging.skylunch.cloud]', 'hosts: [next.skylunch.cloud]']),
    hits: [],
  },
  {
    name: 'another domain',
    environment: 'prod',
    after: specWith(['hosts: [skylunch.cloud]', 'hosts: [skylunch.example]']),
    hits: [
      'outage Ingress/skylunch-redirect: skylunch.cloud/ on web is no longer routed: requests for it get a 404',
      'outage Ingress/skylunch: skylunch.cloud/ on websecure is no longer routed: requests for it get a 404',
      'certificate Ingress/skylunch: skylunch.cloud has no certificate any more: browsers refuse it over HTTPS',
      "certificate Ingress/skylunch: skylunch.example needs a certificate: browsers see Traefik's own one until it is issued, and that needs its DNS record",
    ],
  },
  {
    name: 'a domain more',
    environment: 'prod',
    after: specWith(['hosts: [skylunch.cloud]', 'hosts: [skylunch.cloud, www.skylunch.cloud]']),
    hits: [
      "certificate Ingress/skylunch: www.skylunch.cloud needs a certificate: browsers see Traefik's own one until it is issued, and that needs its DNS record",
    ],
  },
  {
    name: 'the staging issuer',
    environment: 'prod',
    after: specWith(['hosts: [skylunch.cloud]', 'hosts: [skylunch.cloud]\n    tls: { issuer: staging }']),
    hits: [
      'certificate Ingress/skylunch: issuer letsencrypt-production -> letsencrypt-staging: every certificate is issued anew; browsers do not trust it',
      'certificate Middleware/hsts: HSTS is removed: new visitors are no longer held to HTTPS, old ones still are',
    ],
  },
  {
    name: 'another e-mail address',
    environment: 'prod',
    after: specWith(['tls@skylunch.cloud', 'ops@skylunch.cloud']),
    hits: [
      'certificate ClusterIssuer/letsencrypt-production: the account gets another e-mail address: what the authority has to say goes there from now on',
      'certificate ClusterIssuer/letsencrypt-staging: the account gets another e-mail address: what the authority has to say goes there from now on',
    ],
  },
  {
    name: 'one pod instead of two',
    environment: 'prod',
    after: web('    replicas: 1\n'),
    hits: [
      'outage Deployment/web: Deployment/web goes from 2 pods to 1: every restart of it, and every failure, is an outage',
    ],
  },
  { name: 'three pods instead of two', environment: 'prod', after: web('    replicas: 3\n'), hits: [] },
  {
    name: 'less memory',
    environment: 'prod',
    after: specWith(['limits: { memory: 640Mi }', 'limits: { memory: 576Mi }']),
    hits: [
      'outage Deployment/web: memory limit of container web 640Mi -> 576Mi: it is killed as soon as it needs more',
    ],
  },
  {
    name: 'more memory than there is',
    environment: 'prod',
    after: specWith(['memory: 512Mi, limits: { memory: 640Mi }', 'memory: 3Gi, limits: { memory: 3Gi }']),
    hits: [
      'capacity machine: does not fit s-2vcpu-4gb: a rollout needs 10.9 GB of memory, there are 4.0 GB (before: 3.4 GB of 4.0 GB); most for Deployment/web 9.0 GB, k3s 1.5 GB, HelmChart/cert-manager 0.2 GB',
    ],
  },
  {
    name: 'another port',
    environment: 'prod',
    after: specWith(['port: 8080', 'port: 9090']),
    hits: [
      'outage NetworkPolicy/web: Ingress from pods app.kubernetes.io/name=traefik in namespaces kubernetes.io/metadata.name=kube-system, port 8080 is no longer allowed: who relied on it is cut off',
      'outage NetworkPolicy/web: Ingress from pods app.kubernetes.io/part-of=skylunch, port 8080 is no longer allowed: who relied on it is cut off',
      'privilege NetworkPolicy/web: Ingress from pods app.kubernetes.io/name=traefik in namespaces kubernetes.io/metadata.name=kube-system, port 9090 is allowed now',
      'privilege NetworkPolicy/web: Ingress from pods app.kubernetes.io/part-of=skylunch, port 9090 is allowed now',
    ],
  },
  {
    name: 'an HTTP probe',
    environment: 'prod',
    after: specWith(['health: tcp', 'health: /health']),
    hits: [
      'outage Deployment/web: startup probe of container web asks by httpGet instead of tcpSocket: it may pass or fail where it did not',
      'outage Deployment/web: readiness probe of container web asks by httpGet instead of tcpSocket: pods may count as ready earlier or later than they are',
      'outage Deployment/web: liveness probe of container web asks by httpGet instead of tcpSocket: it may pass or fail where it did not',
    ],
  },
  {
    name: 'an environment variable',
    environment: 'prod',
    after: specWith(['RAMPercentage=65', 'RAMPercentage=60']),
    hits: [],
  },
  {
    name: 'a secret is rotated',
    environment: 'prod',
    after: { 'clusters/prod/secrets.yaml': rotated(sealed) },
    hits: ['secret SealedSecret/skylunch: airport-api-key rotated: pods of Deployment/web restart once'],
  },
  {
    name: 'a secret is taken out',
    environment: 'prod',
    after: specWith(['      APPLICATION_AIRPORT_API_APIKEY: airport-api-key\n', '']),
    hits: [],
  },
  {
    name: 'a new secret',
    environment: 'prod',
    before: specWith(['      APPLICATION_AIRPORT_API_APIKEY: airport-api-key\n', '']),
    after: {},
    hits: [],
  },
  {
    name: 'a value is sealed for the first time',
    environment: 'prod',
    before: { 'clusters/prod/secrets.yaml': without },
    after: {},
    hits: ['secret SealedSecret/skylunch: airport-api-key added: pods of Deployment/web restart once'],
  },
  {
    name: 'a sealed value is removed that the app needs',
    environment: 'prod',
    after: { 'clusters/prod/secrets.yaml': without },
    hits: [
      'outage SealedSecret/skylunch: key airport-api-key removed, but Deployment/web needs it: no new pod can start',
      'secret SealedSecret/skylunch: airport-api-key removed: Deployment/web needs it: no new pod can start',
    ],
  },
  {
    name: 'the image is pinned by the first release',
    environment: 'prod',
    before: unreleased('prod'),
    after: release('prod', '1'),
    hits: ['image Deployment/web: container web runs sha256:111111111111 of siph/skylunch instead of main'],
  },
  {
    name: 'the next release',
    environment: 'prod',
    before: release('prod', '1'),
    after: release('prod', '2'),
    hits: [
      'image Deployment/web: container web runs sha256:222222222222 of siph/skylunch instead of sha256:111111111111',
    ],
  },
  {
    name: 'the same release again',
    environment: 'prod',
    before: release('prod', '1'),
    after: release('prod', '1'),
    hits: [],
  },
  {
    name: 'a larger droplet',
    environment: 'prod',
    after: specWith(['size: s-2vcpu-4gb', 'size: s-4vcpu-8gb']),
    hits: [
      'capacity machine: list price $24 -> $48 a month (+$24)',
      'capacity machine: size s-2vcpu-4gb -> s-4vcpu-8gb: the droplet is switched off while it is resized',
    ],
  },
  {
    name: 'another region',
    environment: 'prod',
    after: specWith(['region: nyc3', 'region: fra1']),
    hits: [
      'capacity machine: region nyc3 -> fra1: a new droplet takes the place of the old one; address, disk and volumes stay behind',
    ],
  },
  {
    name: 'the environment goes',
    environment: 'staging',
    after: specWith([spec.slice(spec.indexOf('  staging:'), spec.indexOf('  prod:')), '']),
    hits: [
      'data-loss Namespace/skylunch: Namespace/skylunch is removed: everything in it is deleted with it, volumes and Secrets too (StatefulSet/redis)',
      'data-loss HelmChart/cert-manager: HelmChart/cert-manager is removed: what the chart installed is uninstalled: no certificate is renewed any more, and all Certificates and issuers go where the chart takes its definitions along',
      'data-loss HelmChart/sealed-secrets: HelmChart/sealed-secrets is removed: what the chart installed is uninstalled: every Secret that it unsealed may be deleted with it',
      'data-loss Namespace/cert-manager: Namespace/cert-manager is removed: everything in it is deleted with it, volumes and Secrets too',
      'data-loss Namespace/sealed-secrets: Namespace/sealed-secrets is removed: everything in it is deleted with it, volumes and Secrets too',
      'data-loss StatefulSet/redis: StatefulSet/redis is removed: its volumes (data) stay behind, and no pod uses their data any more',
      'data-loss machine: the whole environment is removed: 27 objects, and every volume and Secret that they made',
      'outage machine: the whole environment is removed: nothing in it answers any more',
    ],
  },
  {
    name: 'Redis gets more memory',
    environment: 'staging',
    after: redis('      memory: 512Mi\n'),
    hits: [
      'outage StatefulSet/redis: its only pod ends before the new one starts: a short outage for whoever needs it',
    ],
  },
  {
    name: 'Redis gets a smaller volume',
    environment: 'staging',
    before: redis('      storage: 4Gi\n'),
    after: redis('      storage: 2Gi\n'),
    hits: [
      'data-loss StatefulSet/redis: volume claim data: storage 4Gi -> 2Gi: a volume cannot shrink, only a new and empty one is smaller',
      'forced-recreate StatefulSet/redis: spec.volumeClaimTemplates cannot be changed: Kubernetes refuses it until this StatefulSet is deleted and created anew, and its pods end, and volumes made by other templates stay behind',
    ],
  },
  {
    name: 'Redis gets a larger volume',
    environment: 'staging',
    before: redis('      storage: 2Gi\n'),
    after: redis('      storage: 4Gi\n'),
    hits: [
      'forced-recreate StatefulSet/redis: spec.volumeClaimTemplates cannot be changed: Kubernetes refuses it until this StatefulSet is deleted and created anew, and its pods end, and volumes made by other templates stay behind',
    ],
  },
  {
    name: 'a volume of the app goes',
    environment: 'staging',
    before: web('    volumes: { uploads: { path: /uploads, size: 1Gi } }\n'),
    after: {},
    hits: [
      'data-loss Deployment/web: claim web-uploads is no longer mounted: pods start without its data',
      'data-loss PersistentVolumeClaim/web-uploads: PersistentVolumeClaim/web-uploads is removed: its data is deleted unless its volume is retained',
    ],
  },
  {
    name: 'a volume of the app is mounted elsewhere',
    environment: 'staging',
    before: web('    volumes: { uploads: { path: /uploads, size: 1Gi } }\n'),
    after: web('    volumes: { uploads: { path: /files, size: 1Gi } }\n'),
    hits: [
      'data-loss Deployment/web: claim web-uploads moves from /uploads to /files: what the app finds at the old place is not its data',
      'outage Deployment/web: strategy Recreate: all its pods end before new ones start, nothing answers meanwhile',
    ],
  },
  {
    name: 'the app may write where it could not',
    environment: 'prod',
    after: web('    readOnlyRoot: false\n'),
    hits: [
      'privilege Deployment/web: container web may write to its own file system (readOnlyRootFilesystem is off)',
    ],
  },
  {
    name: "Redis is somebody else's from now on",
    environment: 'staging',
    after: specWith(['      mode: embedded\n', '      mode: external\n']),
    hits: [
      'data-loss StatefulSet/redis: StatefulSet/redis is removed: its volumes (data) stay behind, and no pod uses their data any more',
      'outage NetworkPolicy/redis: NetworkPolicy/redis is removed: Ingress from pods app.kubernetes.io/part-of=skylunch,…, port 6379 is no longer allowed: who relied on it is cut off',
      'outage Service/redis: Service/redis is removed: nothing answers under its name any more',
      'outage StatefulSet/redis: StatefulSet/redis is removed: its pods end, and nothing answers in their place',
    ],
  },
];

/** Another ciphertext of the first value. */
function rotated(text: string): string {
  return text.replace(/(value: \S{40})\S{4}/, '$1AAAA');
}

describe('the reference instance', () => {
  for (const { name, environment, before, after, hits } of cases)
    it(name, async () => {
      expect(await risks(environment, after, before)).toEqual(hits);
    });
});
