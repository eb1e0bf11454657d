import { UserError } from '../errors.ts';
import type { Files } from '../files.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { isDnsLabel } from './item-name.ts';
import { parseStore } from './store/parse-store.ts';
import { type SecretStore, storePath } from './store/store.ts';

export const certificatePath = (environment: string) => `clusters/${environment}/sealing.crt`;

/** @throws UserError when it could not be the name of a folder below `clusters/`. */
export function requireEnvironmentName(environment: string): void {
  if (isDnsLabel(environment)) return;
  const message = `${JSON.stringify(environment)} is no name for an environment`;
  throw new UserError({ message, remedy: 'Use lower-case letters, digits and `-`, as in lunchbox.yaml.' });
}

/** The store of an environment; empty when there is no such file. */
export function loadStore(files: Files, environment: string): SecretStore {
  requireEnvironmentName(environment);
  return parseStore(storePath(environment), files.read(storePath(environment)));
}

/** The certificate of an environment. @throws UserError also when there is none. */
export function loadCertificate(files: Files, environment: string): Certificate {
  requireEnvironmentName(environment);
  const file = certificatePath(environment);
  const text = files.read(file);
  if (text !== undefined) return readCertificate(file, text);
  const remedy = `Make a key pair: lunchbox keys new ${environment}`;
  throw new UserError({ message: `${file} does not exist, and nothing can be sealed without it`, remedy });
}
