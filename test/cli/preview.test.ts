import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, lunchbox, SMALLEST, snapshot } from '../support/cli.ts';

describe('lunchbox preview', () => {
  it('finds the committed reference environments up to date and valid, nothing skipped', () => {
    const folder = folderWith({});
    for (const path of ['lunchbox.yaml', 'clusters'])
      cpSync(resolve(path), join(folder, path), { recursive: true });
    const before = snapshot(folder);
    const run = lunchbox(['preview', '--json'], folder);
    const { environments, engine } = JSON.parse(run.out);
    expect(run.code).toBe(0);
    expect(engine).toMatch(/^kubeconform \d+\.\d+\.\d+ \(/);
    for (const environment of environments) {
      const { name, added, changed, removed, foreign, skipped, objects, validated, findings } = environment;
      expect({ name, added, changed, removed, foreign, skipped }).toEqual({
        name,
        added: [],
        changed: [],
        removed: [],
        foreign: [],
        skipped: 0,
      });
      expect(validated).toBe(objects);
      // Until the first release the spec allows a tag, and says so.
      expect(findings.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([]);
      expect(new Set(findings.map(({ rule }: { rule: string }) => rule))).toEqual(new Set(['image-mutable']));
    }
    expect(snapshot(folder)).toEqual(before);
  });

  it('says in a few lines what would change, what is wrong, and how long it took', () => {
    const folder = folderWith({ 'lunchbox.yaml': SMALLEST });
    const { out, code } = lunchbox(['preview'], folder);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^lunchbox preview · lunchbox\.yaml\n\n {2}staging +\d+ objects +\d+ changed +validated \d+, skipped 0 +fits s-2vcpu-4gb: \d\.\d of 4\.0 GB at rollout\n {2}prod /,
    );
    expect(out).toContain('  0 errors, 2 warnings\n');
    expect(out).toMatch(
      /warning {2}image-mutable {2}clusters\/prod\/manifests\/web\/deployment-web\.yaml:\d+:\d+\n/,
    );
    expect(out).toMatch(
      /render \d+ ms · kubeconform \d\.\d\.\d \(\w+\) [\d.]+ m?s · wiring \d+ ms · total [\d.]+ m?s\n$/,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no colour without a terminal
    expect(out).not.toMatch(/\u001b/);
    expect(snapshot(folder)).toEqual({ 'lunchbox.yaml': SMALLEST });
  });

  it('is an error as long as nothing says which image to run', () => {
    const folder = folderWith({ 'lunchbox.yaml': SMALLEST.replace('shop:main', 'shop') });
    const { out, code } = lunchbox(['preview'], folder);
    expect(code).toBe(1);
    expect(out).toContain('image has no digest yet, and the spec allows no tag');
    const digest = `sha256:${'a'.repeat(64)}`;
    for (const environment of ['staging', 'prod'])
      expect(lunchbox(['release', environment, digest, '--revision', 'abc'], folder).code).toBe(0);
    const after = lunchbox(['preview'], folder);
    expect(after.out).toContain('0 errors, 0 warnings');
    expect(after.code).toBe(0);
  });

  it('colours on request, with the same words', () => {
    const folder = folderWith({ 'lunchbox.yaml': SMALLEST });
    const coloured = lunchbox(['validate', '--path', '.'], folder, { env: { FORCE_COLOR: '1' } });
    expect(coloured.code).toBe(2);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour is made of them
    expect(coloured.err.replace(/\u001b\[\d+m/g, '')).toBe(lunchbox(['validate', '--path', '.'], folder).err);
    expect(execFileSync(process.execPath, ['--version'], { encoding: 'utf8' })).toMatch(/^v/);
  });
});
