import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, lunchbox, SMALLEST, snapshot } from '../support/cli.ts';

const SPEC = SMALLEST.replace('health: /healthz', 'health: /healthz, secrets: [API_KEY, DB_PASSWORD]');
const CANARY = 'c4nary-Value-9f';

/** A repository with keys for prod; the private key lies outside of it. */
function repository(): { folder: string; key: string } {
  const folder = folderWith({ 'lunchbox.yaml': SPEC });
  const key = join(folderWith({}), 'keys', 'prod.key');
  const made = lunchbox(['keys', 'new', 'prod', '--out', key], folder);
  expect(made.code, made.err).toBe(0);
  return { folder, key };
}

describe('sealing on the command line', () => {
  it('makes keys once, seals, renders, validates, and opens offline', () => {
    const { folder, key } = repository();
    if (process.platform !== 'win32') expect(statSync(key).mode & 0o777).toBe(0o600);
    const again = lunchbox(['keys', 'new', 'prod', '--out', key], folder);
    expect(again.code).toBe(2);
    expect(lunchbox(['keys', 'new', 'staging', '--out', join(folder, 'staging.key')], folder).err).toMatch(
      /repository/,
    );

    const sealed = lunchbox(['seal', 'prod', 'API_KEY'], folder, { input: CANARY });
    expect(sealed).toMatchObject({
      code: 0,
      out: '',
      err: expect.stringContaining('sealed into clusters/prod/secrets.yaml: API_KEY'),
    });
    const first = readFileSync(join(folder, 'clusters/prod/secrets.yaml'), 'utf8');
    expect(first).not.toContain(CANARY);

    // What is still missing is named, with the way to mend it.
    const check = lunchbox(['secrets', 'check', 'prod'], folder);
    expect(check.code).toBe(1);
    expect(check.out).toContain('DB_PASSWORD');
    lunchbox(['seal', 'prod', 'DB_PASSWORD'], folder, { input: 'another-Secret-77' });
    const second = readFileSync(join(folder, 'clusters/prod/secrets.yaml'), 'utf8').split('\n');
    expect(first.split('\n').filter((line) => !second.includes(line))).toEqual([]);
    expect(lunchbox(['secrets', 'check', 'prod'], folder).code).toBe(0);

    expect(lunchbox(['render', 'prod'], folder).code).toBe(0);
    const manifest = readFileSync(join(folder, 'clusters/prod/manifests/app/sealedsecret-shop.yaml'), 'utf8');
    expect(manifest).toMatch(/API_KEY: Ag/);
    expect(lunchbox(['validate', 'prod'], folder).code).toBe(0);

    const opened = lunchbox(['unseal', 'prod', 'API_KEY', '--key', key], folder);
    expect(opened).toMatchObject({ code: 0, out: CANARY });
    expect(JSON.parse(lunchbox(['unseal', 'prod', '--key', key], folder).out)).toEqual({
      API_KEY: CANARY,
      DB_PASSWORD: 'another-Secret-77',
    });
    expect(lunchbox(['seal', 'prod', 'API_KEY', '--remove'], folder).code).toBe(0);
    expect(lunchbox(['secrets', 'check', 'prod'], folder).out).toContain('API_KEY');
  });

  it('restarts pods when a sealed value changes, and only then', () => {
    const { folder } = repository();
    for (const name of ['API_KEY', 'DB_PASSWORD'])
      lunchbox(['seal', 'prod', name], folder, { input: CANARY });
    const checksum = () => {
      lunchbox(['render', 'prod'], folder);
      return /checksum\/secrets: (\S+)/.exec(
        readFileSync(join(folder, 'clusters/prod/manifests/web/deployment-web.yaml'), 'utf8'),
      )?.[1];
    };
    const before = checksum();
    expect(before).toBeTruthy();
    expect(checksum()).toBe(before);
    lunchbox(['seal', 'prod', 'API_KEY'], folder, { input: 'changed-Value-1' });
    expect(checksum()).not.toBe(before);
  });

  it('refuses what `echo` makes, unless it is meant', () => {
    const { folder } = repository();
    const before = snapshot(folder);
    const run = lunchbox(['seal', 'prod', 'API_KEY'], folder, { input: `${CANARY}\n` });
    expect(run).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/ends with a newline.*\n.*--keep-whitespace/),
    });
    expect(run.err).not.toContain(CANARY);
    expect(snapshot(folder)).toEqual(before);
    expect(
      lunchbox(['seal', 'prod', 'API_KEY', '--keep-whitespace'], folder, { input: `${CANARY}\n` }).code,
    ).toBe(0);
  });

  it('seals many from .env or JSON, and takes over a hand-written Secret', () => {
    const { folder, key } = repository();
    const values = () => JSON.parse(lunchbox(['unseal', 'prod', '--key', key], folder).out);
    expect(
      lunchbox(['seal', 'prod', '--from-env', '-'], folder, {
        input: 'API_KEY="a value"\nexport DB_PASSWORD=b # c\n',
      }).code,
    ).toBe(0);
    expect(values()).toEqual({ API_KEY: 'a value', DB_PASSWORD: 'b' });
    const secret = `apiVersion: v1\nkind: Secret\nmetadata: { name: old }\ndata:\n  API_KEY: ${Buffer.from('from-base64-1').toString('base64')}\n`;
    writeFileSync(join(folder, 'old.yaml'), secret);
    expect(lunchbox(['seal', 'prod', '--from-secret', 'old.yaml'], folder).code).toBe(0);
    expect(values()).toEqual({ API_KEY: 'from-base64-1', DB_PASSWORD: 'b' });
    writeFileSync(
      join(folder, 'old.yaml'),
      secret.replace(/API_KEY: .*/, `API_KEY: ${Buffer.from(`${CANARY}\n`).toString('base64')}`),
    );
    const refused = lunchbox(['seal', 'prod', '--from-secret', 'old.yaml'], folder);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('old.yaml:5') });
    expect(refused.err).not.toContain(CANARY);
  });

  it('keeps ciphertexts of unchanged values when it has a fingerprint key', () => {
    const { folder } = repository();
    const env = { LUNCHBOX_FINGERPRINT_KEY: Buffer.alloc(32, 7).toString('base64') };
    const input = '{ "API_KEY": "one-Value", "DB_PASSWORD": "two-Value" }';
    lunchbox(['seal', 'prod', '--from-env', '-'], folder, { input, env });
    const before = readFileSync(join(folder, 'clusters/prod/secrets.yaml'), 'utf8');
    const same = lunchbox(['seal', 'prod', '--from-env', '-'], folder, { input, env });
    expect(same.err).toContain('unchanged: API_KEY, DB_PASSWORD');
    expect(readFileSync(join(folder, 'clusters/prod/secrets.yaml'), 'utf8')).toBe(before);
    const one = lunchbox(['seal', 'prod', '--from-env', '-', '--json'], folder, {
      input: input.replace('two', 'three'),
      env,
    });
    expect(JSON.parse(one.out)).toMatchObject({ written: ['DB_PASSWORD'], kept: ['API_KEY'] });
  });

  it('has a clear answer when there are no keys, no name, a wrong environment or a wrong key', () => {
    const folder = folderWith({ 'lunchbox.yaml': SPEC });
    expect(lunchbox(['seal', 'prod', 'API_KEY'], folder, { input: 'x' })).toMatchObject({
      code: 2,
      err: expect.stringContaining('lunchbox keys new prod'),
    });
    expect(lunchbox(['seal', 'prod'], folder, { input: 'x' })).toMatchObject({
      code: 2,
      err: expect.stringContaining('seal needs a name'),
    });
    expect(lunchbox(['seal', 'prd', 'API_KEY'], folder, { input: 'x' })).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean `prod`?'),
    });
    expect(lunchbox(['unseal', 'prod', '--key', 'nowhere.key'], folder)).toMatchObject({
      code: 2,
      err: expect.stringContaining('nowhere.key cannot be read'),
    });
    expect(existsSync(join(folder, 'clusters'))).toBe(false);
  });
});
