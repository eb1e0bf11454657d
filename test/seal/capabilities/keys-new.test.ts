import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nodeKeyFiles } from '../../../adapters/node-key-files.ts';
import { keysNew } from '../../../capabilities/keys-new.ts';
import { seal } from '../../../capabilities/seal.ts';
import { unseal } from '../../../capabilities/unseal.ts';
import { UserError } from '../../../generator/errors.ts';
import { bytes, type Folder, refusal, repository, TARGET } from '../fixture.ts';

const CERTIFICATE = 'clusters/staging/sealing.crt';
const onWindows = process.platform === 'win32';

function outside(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
const make = (folder: Folder, keyFile: string, ports = {}) =>
  keysNew(
    { environment: 'staging', root: folder.root, keyFile, modulusLength: 2048 },
    { ...folder, keyFiles: nodeKeyFiles, ...ports },
  );
async function refused(act: Promise<unknown>): Promise<string[]> {
  const error = await act.then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw error;
  return error.problems.map(({ message }) => message);
}

describe('a new key pair', () => {
  it('seals and opens; the key is outside, for its owner alone', async () => {
    const folder = repository();
    const keyFile = join(outside(), 'new', 'folder', 'staging.key');
    const outcome = await make(folder, keyFile);
    expect(outcome).toMatchObject({
      certificateFile: CERTIFICATE,
      certificate: { commonName: 'lunchbox staging' },
    });
    const pem = readFileSync(outcome.keyFile, 'utf8');
    expect(
      new X509Certificate(folder.files.read(CERTIFICATE) ?? '').checkPrivateKey(createPrivateKey(pem)),
    ).toBe(true);
    if (!onWindows) {
      expect(statSync(keyFile).mode & 0o777).toBe(0o600);
      expect(statSync(join(keyFile, '..')).mode & 0o777).toBe(0o700);
    }
    seal({ environment: 'staging', needed: [], target: TARGET, item: 'a', value: bytes('value') }, folder);
    const opened = unseal({ environment: 'staging', keys: [{ name: 'k', pem }] }, folder).opened;
    expect(opened.map(({ value }) => `${value}`)).toEqual(['value']);
    for (const file of folder.files.list('')) expect(folder.files.read(file)).not.toContain('PRIVATE KEY');
  });

  it('never takes the place of a certificate or of any file', async () => {
    const folder = repository();
    const keys = outside();
    writeFileSync(join(keys, 'taken.key'), 'precious');
    expect((await refused(make(folder, join(keys, 'taken.key'))))[0]).toMatch(/taken\.key exists already$/);
    if (!onWindows) {
      symlinkSync(join(keys, 'nowhere'), join(keys, 'dangling.key'));
      expect((await refused(make(folder, join(keys, 'dangling.key'))))[0]).toMatch(
        /dangling\.key exists already$/,
      );
    }
    expect(folder.files.read(CERTIFICATE)).toBeUndefined();
    folder.write(CERTIFICATE, 'whatever');
    expect(await refused(make(folder, join(keys, 'a.key')))).toEqual([
      `${CERTIFICATE} exists already: what is sealed with it would have to be sealed again`,
    ]);
    expect(readFileSync(join(keys, 'taken.key'), 'utf8')).toBe('precious');
    expect(readdirSync(keys).filter((name) => name === 'a.key' || name === 'nowhere')).toEqual([]);
  });

  it('cannot replace a file that appeared after the first look', () => {
    const path = join(outside(), 'a.key');
    writeFileSync(path, 'precious');
    expect(refusal(() => nodeKeyFiles.create(path, 'new'))).toHaveLength(1);
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  it('is not put into the repository, not through links either', async () => {
    const folder = repository();
    const keys = outside();
    const inside = [
      folder.root,
      folder.path('a.key'),
      folder.path('new/a.key'),
      folder.path('..a.key'),
      `${folder.root}/../${basename(folder.root)}/a.key`,
    ];
    if (!onWindows) {
      symlinkSync(folder.root, join(keys, 'link'));
      symlinkSync(join(folder.root, 'clusters'), join(keys, 'deeper'));
      inside.push(
        join(keys, 'link', 'a.key'),
        join(keys, 'link', 'new', 'a.key'),
        join(keys, 'deeper', 'a.key'),
      );
    }
    for (const keyFile of inside) {
      expect((await refused(make(folder, keyFile)))[0], keyFile).toContain('lies inside the repository');
    }
    expect(folder.files.list('')).toEqual(['clusters/prod/sealing.crt']);
    expect(existsSync(folder.path('new'))).toBe(false);
  });

  it('may lie beside the repository, in a folder whose name begins alike', async () => {
    const folder = repository();
    const beside = `${folder.root}-keys`;
    onTestFinished(() => rmSync(beside, { recursive: true, force: true }));
    await make(folder, join(beside, 'a.key'));
    expect(existsSync(join(beside, 'a.key'))).toBe(true);
  });

  it.skipIf(onWindows)(
    'leaves no key behind when the certificate cannot be written (not run on Windows)',
    async () => {
      const folder = repository();
      const keys = outside();
      symlinkSync(keys, folder.path('clusters/staging'));
      expect((await refused(make(folder, join(keys, 'a.key'))))[0]).toContain('through a symbolic link');
      expect(readdirSync(keys)).toEqual([]);
    },
  );

  it('leaves no certificate behind when the key cannot be written', async () => {
    const folder = repository();
    const keys = outside();
    writeFileSync(join(keys, 'file'), '');
    expect((await refused(make(folder, join(keys, 'file', 'a.key'))))[0]).toContain(
      'cannot write the private key to',
    );
    expect(folder.files.read(CERTIFICATE)).toBeUndefined();
  });

  it('keeps the key when the certificate was written after all', async () => {
    const folder = repository();
    const keyFile = join(outside(), 'a.key');
    const files = {
      ...folder.files,
      apply(changes: Parameters<typeof folder.files.apply>[0]) {
        folder.files.apply(changes);
        throw new UserError({ message: 'too late' });
      },
    };
    expect(await refused(make(folder, keyFile, { files }))).toEqual(['too late']);
    expect(existsSync(keyFile)).toBe(true);
  });

  it('refuses a name that is no environment', async () => {
    const folder = repository();
    const input = { environment: '../x', root: folder.root, keyFile: join(outside(), 'a.key') };
    expect(await refused(keysNew(input, { ...folder, keyFiles: nodeKeyFiles }))).toEqual([
      '"../x" is no name for an environment',
    ]);
  });
});

describe('the certificate library', () => {
  it('is loaded by making keys, not by importing the commands, also when all is one bundled file', () => {
    const folder = outside();
    mkdirSync(join(folder, 'repo'));
    const code = [
      "import { keysNew } from './capabilities/keys-new.ts';",
      "import './capabilities/seal.ts';",
      "import './capabilities/unseal.ts';",
      "import { nodeFiles } from './adapters/node-files.ts';",
      "import { nodeKeyFiles } from './adapters/node-key-files.ts';",
      'const loaded = () => typeof (Reflect as { getMetadata?: unknown }).getMetadata;',
      'const before = loaded();',
      'const [root = "", keyFile = ""] = process.argv.slice(2);',
      'const ports = { files: nodeFiles(root), keyFiles: nodeKeyFiles, clock: () => new Date() };',
      "await keysNew({ environment: 'prod', root, keyFile, modulusLength: 2048 }, ports);",
      'console.log(before, loaded());',
    ].join('\n');
    const esbuild = join('node_modules', 'esbuild', 'bin', 'esbuild');
    const flags = [
      '--bundle',
      '--platform=node',
      '--format=esm',
      '--loader=ts',
      `--outfile=${join(folder, 'b.mjs')}`,
    ];
    const banner =
      "--banner:js=import{createRequire}from'node:module';const require=createRequire(import.meta.url);";
    execFileSync(esbuild, [...flags, banner, '--log-level=error'], { input: code });
    const output = execFileSync(process.execPath, [
      join(folder, 'b.mjs'),
      join(folder, 'repo'),
      join(folder, 'a.key'),
    ]);
    expect(output.toString()).toBe('undefined function\n');
    expect(existsSync(join(folder, 'repo', 'clusters', 'prod', 'sealing.crt'))).toBe(true);
  });
});
