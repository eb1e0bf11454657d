import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { nodeFiles } from '../../adapters/node-files.ts';
import type { SealPorts } from '../../capabilities/seal.ts';
import { UserError } from '../../generator/errors.ts';
import { readCertificate } from '../../generator/seal/certificate.ts';

/** The text of a file in fixtures/. */
export const fixture = (name: string): string =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

export const certificate = readCertificate('throw-away.crt', fixture('throw-away.crt'));
export const privateKey = createPrivateKey(fixture('throw-away.key'));

/** Within the validity of the fixtures. */
export const NOW = new Date('2026-11-23T12:00:00Z');
export const FINGERPRINT_KEY = Buffer.alloc(32, 7).toString('base64');
export const TARGET = { secret: 'shop', namespace: 'shop-prod' };
export const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

export interface Folder extends SealPorts {
  root: string;
  path(file: string): string;
  write(file: string, text: string): void;
  store(): string | undefined;
}

/** A temporary repository whose environment `prod` has the throw-away certificate; gone when the test is over. */
export function repository(): Folder {
  const root = mkdtempSync(join(tmpdir(), 'lunchbox-seal-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const files = nodeFiles(root);
  const folder: Folder = {
    root,
    files,
    clock: () => NOW,
    path: (file) => join(root, file),
    write(file, text) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    },
    store: () => files.read('clusters/prod/secrets.yaml'),
  };
  folder.write('clusters/prod/sealing.crt', fixture('throw-away.crt'));
  return folder;
}

/** What `act` refuses: `file:line:column: message`, one line for each problem. */
export function refusal(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems.map(({ message, place }) =>
      place === undefined ? message : `${place.file}:${place.line}:${place.column}: ${message}`,
    );
  }
  throw new Error('nothing was refused');
}
