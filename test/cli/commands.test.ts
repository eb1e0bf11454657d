import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { declarations } from '../../capabilities/declarations/index.ts';
import { commands } from '../../cli/commands/index.ts';
import { riskRules } from '../../generator/diff/risks/index.ts';
import { rules } from '../../generator/validate/rules/index.ts';
import { folderWith, lunchbox, SMALLEST, snapshot } from '../support/cli.ts';

describe('the command line', () => {
  it('has code, help and at least one example for every declared command', () => {
    expect(Object.keys(commands)).toEqual(expect.arrayContaining(declarations.map(({ name }) => name)));
    const folder = folderWith({});
    for (const { name, examples, options } of declarations) {
      const { out, code } = lunchbox([...name.split(' '), '--help'], folder);
      expect(code).toBe(0);
      expect(out).toContain(`lunchbox ${name}`);
      for (const option of Object.keys(options)) expect(out).toContain(`--${option}`);
      expect(examples.length).toBeGreaterThan(0);
      for (const { command } of examples)
        expect(command.replace('staging', 'prod')).toContain(`lunchbox ${name.replace('<env>', 'prod')}`);
    }
    expect(lunchbox([], folder).out).toBe(lunchbox(['--help'], folder).out);
    expect(lunchbox(['--version'], folder).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('goes on to its own end, and says how it went, when nobody reads any more', () => {
    const folder = folderWith({ 'lunchbox.yaml': SMALLEST });
    const script = '{ "$0" "$1" render --check; echo "$?" >code; } 2>&1 | true; cat code';
    const args = ['-c', script, process.execPath, resolve('cli/bin.mjs')];
    expect(execFileSync('sh', args, { cwd: folder, encoding: 'utf8' })).toBe('1\n');
  });

  it.each([
    [['rendr'], 'there is no command `rendr`; did you mean `render`?'],
    [['secrets'], '`secrets` is no command\n'],
    [['secrets', 'chek'], '`secrets chek` is no command; did you mean `secrets check`?'],
    [['host', 'prod'], 'lunchbox host <env> backup restore'],
    [['host', 'switch', 'prod'], 'lunchbox host <env> switch'],
    [['host', '--host', 'switch'], '`host` is no command\n'],
    [
      ['provision', 'prod', 'aply'],
      '`provision prod aply` is no command; did you mean `provision prod apply`?',
    ],
    [['provison', 'prod', 'apply'], 'there is no command `provison`; did you mean `provision`?'],
    [['host', 'prod', 'bakcup', 'now', '--json'], '"`host prod bakcup now` is no command; did you mean'],
    [['host', 'prod', 'backup', 'lsit'], 'did you mean `host prod backup list`?'],
    [['host', 'prod', 'switch', '--limit', 'soon'], '--limit is a time'],
    [['render', '--chekc'], 'render has no option --chekc; did you mean --check?'],
    [['validate', '--nodes', 'two', '--path', '.'], '--nodes takes a whole number'],
    [['validate', '--path', 'nowhere'], 'nowhere does not exist'],
    [['release', 'prod'], 'release needs <image>'],
    [['completion', 'tcsh'], 'there is no completion for `tcsh`'],
    [['render'], 'there is no lunchbox.yaml in'],
    [['render', '--file', 'other.yaml'], 'there is no other.yaml'],
  ])('%j exits 2 and says what to do', (args, message) => {
    const folder = folderWith({});
    const run = lunchbox(args, folder);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toContain(message);
    expect(run.err).not.toMatch(/\n\s+at /);
    expect(snapshot(folder)).toEqual({});
  });

  it.each([
    ['while it runs', 'process.stdout.write = () => { throw new Error("broken") }'],
    ['later', 'process.stdout.write = () => setTimeout(() => { throw new Error("broken") })'],
  ])('a bug %s exits 70 and keeps its stack', (_, code) => {
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(code)}`;
    const run = lunchbox(['--version'], folderWith({}), { env: { NODE_OPTIONS } });
    expect(run).toMatchObject({ code: 70, out: '' });
    expect(run.err).toMatch(/^bug {2}This is a mistake in lunchbox .*\nError: broken\n\s+at /);
  });

  it.each([
    ['plan', /^error {2}lunchbox\.yaml:10:\d+: droplet\.ssh\.operators is empty, so nobody/],
    ['status', /^error {2}there is no token for DigitalOcean/],
    ['destroy', /^error {2}there is no token for DigitalOcean/],
  ])('provision %s asks of the spec what it needs', (command, message) => {
    const spec = SMALLEST.replace('  prod:\n', '  prod:\n    droplet: { ssh: { operators: [] } }\n');
    const folder = folderWith({ 'lunchbox.yaml': spec });
    lunchbox(['render'], folder);
    const { code, err } = lunchbox(['provision', 'prod', command], folder);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it.each(['switch', 'reboot', 'backup now'])('host prod %s names only options that it has', (command) => {
    const folder = folderWith({ 'lunchbox.yaml': SMALLEST });
    lunchbox(['render'], folder);
    const { code, err } = lunchbox(['host', 'prod', ...command.split(' ')], folder);
    expect(code).toBe(2);
    expect(err).toContain('prod has not been provisioned');
    expect(err).not.toContain('--kubeconfig');
  });

  it('gives problems as data with --json', () => {
    const folder = folderWith({ 'lunchbox.yaml': 'app: 1\nenvironments: {}\n' });
    const { problems } = JSON.parse(lunchbox(['render', '--json'], folder).err);
    expect(problems).toContainEqual(
      expect.objectContaining({ place: { file: 'lunchbox.yaml', line: 1, column: 6 } }),
    );
  });

  it('completes in bash: commands, options, environments', () => {
    const { out } = lunchbox(['completion', 'bash'], folderWith({}));
    for (const word of ['render', '--check', '--from-env']) expect(out).toContain(word);
    expect(out).toContain('"host "*" switch"*) words="--');
    expect(out).toMatch(/^ +"explain "\*\) words="[^"]* image-mutable [^"]* outage [^"]*sed /m);
    expect(out).toMatch(/^ +"completion "\*\) words="--help bash zsh fish"/m);
    expect(out).toContain('"host "*" backup"*) words="now list restore" ;;');
    expect(out).toContain('"host "*" "*) words="switch reboot backup" ;;');
    for (const shell of ['zsh', 'fish']) expect(lunchbox(['completion', shell], folderWith({})).code).toBe(0);
  });
});

describe('lunchbox explain', () => {
  const folderOf = () => folderWith({ 'lunchbox.yaml': SMALLEST });

  it('says the value and the line, short form, default or reason it came from', () => {
    const explain = (...args: string[]) =>
      lunchbox(['explain', ...args], folderOf())
        .out.trim()
        .replace(/ {2,}/g, ' | ');
    expect(explain('prod', 'workloads.web.replicas')).toBe(
      'workloads.web.replicas | 3 | lunchbox.yaml:11:35',
    );
    expect(explain('staging', 'workloads.web.replicas')).toMatch(/2 \| default: two, so that one serves/);
    expect(explain('staging', 'workloads.web.probes.liveness.path')).toBe(
      'workloads.web.probes.liveness.path | "/healthz" | lunchbox.yaml:4:30',
    );
    expect(explain('staging', 'image.tag')).toBe('image.tag | "main" | lunchbox.yaml:2:8');
    expect(explain('staging', 'droplet.size')).toBe('droplet.size | "s-2vcpu-4gb" | default');
    expect(explain('staging', 'hosts[0].host')).toBe(
      'hosts[0].host | "staging.shop.example" | lunchbox.yaml:8:13',
    );
    expect(explain('staging').split('\n').length).toBeGreaterThan(40);
  });

  it('names the near path, environment or rule', () => {
    const run = (...args: string[]) => lunchbox(['explain', ...args], folderOf());
    expect(run('prod', 'workloads.web.replcas')).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean `replicas`?'),
    });
    expect(run('prodd', 'app').err).toContain('did you mean `prod`?');
    expect(run('prodd').err).toContain(
      '`prodd` is neither an environment nor a rule nor a risk; did you mean `prod`?',
    );
    expect(run('zzzzzz').err).toMatch(/is neither an environment nor a rule nor a risk\n.*staging, prod/);
    expect(run('image-mutabel').err).toContain('did you mean `image-mutable`?');
  });

  it('explains every risk, and says both where a rule has the same name', () => {
    for (const { risk, summary } of riskRules.slice(0, 3))
      expect(lunchbox(['explain', risk], folderWith({})).out).toContain(summary);
    expect(lunchbox(['explain', 'capacity'], folderWith({})).out.match(/^capacity · /gm)).toHaveLength(2);
    expect(lunchbox(['explain', 'outag'], folderOf()).err).toContain('did you mean `outage`?');
  });

  it('explains every rule', () => {
    for (const { id, summary } of rules.slice(0, 3))
      expect(lunchbox(['explain', id], folderWith({})).out).toContain(summary);
  });
});

describe('lunchbox validate', () => {
  const BROKEN = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: default }
spec:
  selector: { app: web }
  prots: [{ port: 80 }]
`;

  it('checks any folder, names the field and the near one, and writes SARIF and annotations', () => {
    const folder = folderWith({ 'k8s/service.yaml': BROKEN, 'k8s/values.yaml': 'replicas: 2\n' });
    const run = lunchbox(['validate', '--path', 'k8s', '--sarif', 'out.sarif', '--annotations'], folder);
    expect(run.code).toBe(1);
    expect(run.out).toContain('k8s/service.yaml:6:3');
    expect(run.out).toContain('spec has no field `prots`; did you mean `ports`?');
    expect(run.out).toContain('left aside  values.yaml:1: values of a Helm chart');
    expect(run.out).toContain('::error file=k8s/service.yaml,line=6,col=3,title=schema::');
    const sarif = JSON.parse(readFileSync(join(folder, 'out.sarif'), 'utf8'));
    expect(sarif.version).toBe('2.1.0');
    const result = sarif.runs[0].results.find(({ ruleId }: { ruleId: string }) => ruleId === 'schema');
    expect(result.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'k8s/service.yaml' },
      region: { startLine: 6, startColumn: 3 },
    });
    expect(sarif.runs[0].tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
  });

  it('reads on behind a file that is broken, and names its line', () => {
    const folder = folderWith({
      'k8s/a.yaml': 'a: [\n',
      'k8s/b.yaml': 'a: 1\na: 2\n',
      'k8s/c.yaml': BROKEN,
      'k8s/d.yaml': 'x: {{ .Values.x }}\n  y',
    });
    const { findings } = JSON.parse(lunchbox(['validate', '--path', 'k8s', '--json'], folder).out);
    const of = (file: string) =>
      findings.filter((finding: { place: { file: string } }) => finding.place.file === `k8s/${file}`);
    expect(of('a.yaml')[0].rule).toBe('yaml');
    expect(of('b.yaml')[0]).toMatchObject({
      rule: 'yaml',
      place: { line: 2 },
      message: expect.stringContaining('stands twice'),
    });
    expect(of('c.yaml').map(({ rule }: { rule: string }) => rule)).toContain('schema');
    expect(of('d.yaml')[0].message).toContain('Helm template');
  });

  it('counts an object without a schema as an error, never as skipped in silence', () => {
    const folder = folderWith({
      'a.yaml': 'apiVersion: acme.example/v1\nkind: Widget\nmetadata: { name: w }\n',
    });
    const run = lunchbox(['validate', '--path', '.'], folder);
    expect(run.code).toBe(1);
    expect(run.out).toContain('skipped 1');
    expect(run.out).toContain('there is no schema for acme.example/v1 Widget');
    expect(run.out).toContain('schemas/widget-acme-v1.json');
    writeFileSync(join(folder, 'widget-acme-v1.json'), '{ "type": "object" }');
    mkdirSync(join(folder, 'k8s'));
    renameSync(join(folder, 'a.yaml'), join(folder, 'k8s/a.yaml'));
    expect(lunchbox(['validate', '--path', 'k8s', '--schemas', '.'], folder)).toMatchObject({ code: 0 });
  });

  it('lets no control character of a manifest reach the terminal', () => {
    const folder = folderWith({
      'a.yaml':
        'apiVersion: v1\nkind: Service\nmetadata: { name: "x\\e[31mred\\a", namespace: default }\nspec: { selector: { app: "\\u202e" } }\n',
    });
    const run = lunchbox(['validate', '--path', '.', '--annotations'], folder);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the point
    expect(run.out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(run.out).toContain('\\u001b[31mred');
  });

  it('wants a render first, and manifests in a folder', () => {
    const folder = folderWith({ 'lunchbox.yaml': SMALLEST, 'empty/readme.txt': '' });
    expect(lunchbox(['validate'], folder)).toMatchObject({
      code: 2,
      err: expect.stringContaining('Run `lunchbox render` first'),
    });
    expect(lunchbox(['validate', '--path', 'empty'], folder)).toMatchObject({
      code: 2,
      err: expect.stringContaining('holds no Kubernetes manifests'),
    });
  });

  it('notices what somebody edited by hand', () => {
    const folder = folderWith({ 'lunchbox.yaml': SMALLEST });
    lunchbox(['render'], folder);
    const path = join(folder, 'clusters/prod/manifests/web/service-web.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('targetPort: http', 'targetPort: web'));
    const run = lunchbox(['validate', 'prod'], folder);
    expect(run.code).toBe(1);
    expect(run.out).toContain('service-target-port');
    expect(existsSync(path)).toBe(true);
  });
});
