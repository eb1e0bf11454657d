import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { line, measure, ms, time } from './measure.mjs';

/** A change of the memory, the image and the environment variables of the app: it reaches both environments. */
const EDITS = [
  [/memory: 512Mi/, 'memory: 544Mi'],
  [/tag: main/, 'tag: next'],
  [/MaxRAMPercentage=65/, 'MaxRAMPercentage=60'],
];

/** `lunchbox review` of a change of both environments of this repository, with everything that the action writes. */
export function review({ root, cli, scratch, runs, empty }) {
  const folder = join(scratch, 'review');
  mkdirSync(folder);
  for (const name of ['lunchbox.yaml', 'clusters'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  const git = repository(folder);
  git('add', '.');
  git('commit', '-qm', 'base');
  let spec = readFileSync(join(folder, 'lunchbox.yaml'), 'utf8');
  for (const [from, to] of EDITS) {
    if (!from.test(spec)) throw new Error(`lunchbox.yaml no longer has ${from}: mend the benchmark's change`);
    spec = spec.replace(from, to);
  }
  writeFileSync(join(folder, 'lunchbox.yaml'), spec);
  time(process.execPath, [cli, 'render'], 0, { cwd: folder });
  git('commit', '-qam', 'change');
  const args = ['review', '--base', 'HEAD~1', '--head', 'HEAD', '--html', join(scratch, 'review.html')];
  const options = { cwd: folder, env: { ...process.env, LUNCHBOX_KUBECONFORM: '', PATH: process.env.PATH } };
  const wiring = time(process.execPath, [cli, ...args, '--no-schemas'], runs, options);
  line(
    'lunchbox review with page, without schemas',
    ms(wiring),
    `${ms(wiring - empty)} over an empty process (limit 1 s)`,
  );
  const schemas = time(process.execPath, [cli, ...args], runs, options);
  line(
    'lunchbox review with page and schemas',
    ms(schemas),
    `${ms(schemas - empty)} over an empty process (limit 2 s)`,
  );
}

/** 5,000 objects, each changed in three fields. */
export function largeReview({ cli, scratch }) {
  const folder = join(scratch, 'large');
  const manifests = join(folder, 'clusters/prod/manifests');
  mkdirSync(manifests, { recursive: true });
  writeFileSync(
    join(folder, 'lunchbox.yaml'),
    'app: shop\nimage: ghcr.io/acme/shop:main\nworkloads:\n  web: { port: 8080, health: /healthz }\nenvironments:\n  prod: { hosts: [shop.example] }\n',
  );
  const git = repository(folder);
  const write = (image, replicas) => {
    for (let index = 0; index < 5000; index++)
      writeFileSync(join(manifests, `deployment-web-${index}.yaml`), deployment(index, image, replicas));
    git('add', '.');
    git('commit', '-qm', image);
  };
  write('one', 2);
  write('two', 3);
  const html = join(scratch, 'large.html');
  const args = ['review', '--base', 'HEAD~1', '--head', 'HEAD', '--no-schemas', '--json', '--html', html];
  const { milliseconds, megabytes, stdout } = measure([cli, ...args], { cwd: folder });
  const [environment] = JSON.parse(stdout).environments;
  if (environment.changed !== 5000) throw new Error(`${environment.changed} changes instead of 5000`);
  line(
    'review of 5,000 changed objects, page and JSON',
    ms(milliseconds),
    `${Math.round(megabytes)} MB (limits 20 s, 600 MB); page ${Math.round(statSync(html).size / 2 ** 20)} MB`,
  );
}

function repository(folder) {
  const identity = [
    '-c',
    'user.name=bench',
    '-c',
    'user.email=bench@shop.example',
    '-c',
    'commit.gpgsign=false',
  ];
  const git = (...args) => {
    const { status, stderr } = spawnSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  };
  git('init', '-q');
  return git;
}

function deployment(index, image, replicas) {
  const labels = { app: `web-${index}` };
  return `${JSON.stringify(
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `web-${index}`, namespace: 'shop', labels },
      spec: {
        replicas: replicas + index,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: 'web',
                image: `ghcr.io/acme/web-${index}:${image}`,
                ports: [{ name: 'http', containerPort: 8080 }],
                readinessProbe: { httpGet: { path: `/${image}`, port: 'http' } },
                resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '32Mi' } },
              },
            ],
          },
        },
      },
    },
    null,
    2,
  )}\n`;
}
