#!/usr/bin/env node
// Stands in for `docker` where there is none. It answers as the real one does (texts of version 28 and of buildx 0.38),
// keeps what is pushed in the folder FAKE_DOCKER, and fails as `fault.json` there says:
// { on: "buildx build", lines: ["…"] }.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.FAKE_DOCKER;
const args = process.argv.slice(2);
const at = (name) => join(folder, name.replaceAll('/', '_'));
const readJson = (file) => (existsSync(at(file)) ? JSON.parse(readFileSync(at(file), 'utf8')) : undefined);
const settings = {
  buildx: true,
  driver: 'docker-container',
  buildkit: 'v0.34.2',
  ...readJson('settings.json'),
};
const stdin = args.some((arg) => arg === '--file=-') ? readFileSync(0, 'utf8') : '';
const { SOURCE_DATE_EPOCH, DOCKER_BUILDKIT } = process.env;
appendFileSync(at('calls.jsonl'), `${JSON.stringify({ args, stdin, SOURCE_DATE_EPOCH, DOCKER_BUILDKIT })}\n`);

const words = args.filter((arg) => !arg.startsWith('-')).join(' ');
const out = (text) => process.stdout.write(`${text}\n`);
const fail = (...lines) => {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(1);
};
const flag = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const flags = (name) =>
  args.filter((arg) => arg.startsWith(`--${name}=`)).map((arg) => arg.slice(name.length + 3));
const digestOf = (text) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

const fault = readJson('fault.json');
if (fault && words.startsWith(fault.on)) fail(...fault.lines);
if (words.startsWith('buildx') && !settings.buildx)
  fail('docker: unknown command: docker buildx', '', "Run 'docker --help' for more information");

function image() {
  const labels = Object.fromEntries(flags('label').map((each) => each.split(/=(.*)/s).slice(0, 2)));
  const images = Object.fromEntries(
    (flag('platform') ?? 'linux/amd64').split(',').map((platform) => {
      const [os, architecture] = platform.split('/');
      return [platform, { os, architecture, config: { Labels: labels } }];
    }),
  );
  const digest = digestOf(JSON.stringify([images, stdin, flags('build-arg')]));
  const only = Object.values(images);
  return { manifest: { digest }, image: only.length === 1 ? only[0] : images };
}
const keep = (kind, reference, data) => writeFileSync(at(`${kind}-${reference}`), JSON.stringify(data));

if (words === 'buildx version') out('github.com/docker/buildx v0.38.2');
else if (words === 'buildx inspect') {
  out(`Name:          test\nDriver:        ${settings.driver}\n\nNodes:\nName:             test0`);
  out(`Status:           running\nBuildKit version: ${settings.buildkit}\nPlatforms:        linux/amd64`);
} else if (words.startsWith('info'))
  out(JSON.stringify(settings.status ?? [['Backing Filesystem', 'extfs']]));
else if (words.startsWith('version'))
  out(JSON.stringify({ Client: { Version: settings.client ?? '28.2.2' }, Server: {} }));
else if (words.startsWith('buildx imagetools inspect')) {
  const reference = args.at(-1);
  const known = readJson(`registry-${reference}`);
  if (!known) fail(`ERROR: ${reference}: not found`);
  out(JSON.stringify(known));
} else if (words.startsWith('buildx imagetools create')) {
  const digest = args.at(-1).split('@')[1];
  keep('registry', flag('tag'), { manifest: { digest } });
} else if (words.startsWith('buildx build')) {
  const built = image();
  process.stderr.write('#1 [1/1] COPY hello.txt /\n\u001b[31m#1 DONE 0.0s\u001b[0m\n');
  if (args.includes('--push') || flag('output')?.startsWith('type=registry')) {
    for (const tag of flags('tag')) keep('registry', tag, built);
    writeFileSync(flag('metadata-file'), JSON.stringify({ 'containerimage.digest': built.manifest.digest }));
  }
} else if (words.startsWith('build ')) {
  out('Step 1/1 : COPY hello.txt /');
  for (const tag of flags('tag')) keep('engine', tag, image());
} else if (words.startsWith('push ')) {
  const built = readJson(`engine-${args[1]}`);
  keep('registry', args[1], built);
  out(`${args[1].split(':').at(-1)}: digest: ${settings.pushed ?? built.manifest.digest} size: 527`);
} else if (words.startsWith('pull ')) {
  const reference = args.at(-1);
  const known = readJson(`registry-${reference}`);
  if (!known && !reference.includes('@'))
    fail(`Error response from daemon: manifest for ${reference} not found: manifest unknown`);
  if (known) keep('engine', reference, known);
} else if (words.startsWith('image inspect')) {
  const reference = args[2];
  const known = readJson(`engine-${reference}`);
  const { os, architecture, config } = known.image;
  const name = reference.slice(0, reference.lastIndexOf(':'));
  const short = name.replace(/^docker\.io\//, '').replace(/^library\//, '');
  const digests = [`elsewhere.example/other@sha256:${'0'.repeat(64)}`, `${short}@${known.manifest.digest}`];
  out(JSON.stringify([{ RepoDigests: digests, Os: os, Architecture: architecture, Config: config }]));
} else if (words.startsWith('tag ')) {
  keep('engine', args[2], readJson(`registry-${args[1]}`) ?? { manifest: { digest: args[1].split('@')[1] } });
} else fail(`docker: '${words}' is not played here`);
