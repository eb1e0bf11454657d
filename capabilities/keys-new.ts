import { posix } from 'node:path';
import { UserError } from '../generator/errors.ts';
import type { Files } from '../generator/files.ts';
import { type Certificate, readCertificate } from '../generator/seal/certificate.ts';
import { certificatePath, requireEnvironmentName } from '../generator/seal/environment-files.ts';
import { createKeyPair } from '../generator/seal/key-pair.ts';
import type { Random } from '../generator/seal/sealed-value.ts';

/** The door to where private keys are kept: files outside the repository. Errors are `UserError`s that name the path. */
export interface KeyFiles {
  /** Absolute path, symbolic links resolved as far as it exists; parts joined by `/`. */
  resolve(path: string): string;
  /** Whether anything stands there, be it a dangling link. */
  exists(path: string): boolean;
  /** Writes a new file that only its owner can read (0600), through to the disk. Fails when there is one already. */
  create(path: string, text: string): void;
  remove(path: string): void;
}

const CLOCK_SKEW = 5 * 60_000;

export interface KeysNewInput {
  environment: string;
  /** Root of the repository; the key must not lie below it. */
  root: string;
  /** Where the private key goes. */
  keyFile: string;
  /** Bits of the RSA modulus; 4096 unless told. */
  modulusLength?: number;
}

export interface KeysNewPorts {
  files: Files;
  keyFiles: KeyFiles;
  clock: () => Date;
  random?: Random;
}

export interface KeysNewOutcome {
  /** Path in the repository. */
  certificateFile: string;
  certificate: Certificate;
  /** Absolute path. */
  keyFile: string;
}

/**
 * Makes the sealing key pair of an environment: the certificate goes into the repository, the private key to a file
 * outside it, written first, so that there is never a certificate without its key.
 * @throws UserError, with nothing written: one of the two exists already, or the key would lie in the repository.
 */
export async function keysNew(input: KeysNewInput, ports: KeysNewPorts): Promise<KeysNewOutcome> {
  const { environment } = input;
  const { files, keyFiles } = ports;
  requireEnvironmentName(environment);
  const certificateFile = certificatePath(environment);
  const keyFile = keyFiles.resolve(input.keyFile);
  refuseInside(keyFiles.resolve(input.root), keyFile);
  refuseOverwriting(certificateFile, keyFile, environment, ports);

  const { modulusLength = 4096 } = input;
  // Valid from a little earlier: a machine whose clock is behind may seal at once.
  const now = new Date(ports.clock().getTime() - CLOCK_SKEW);
  const pair = await createKeyPair({
    commonName: `lunchbox ${environment}`,
    now,
    modulusLength,
    ...(ports.random && { random: ports.random }),
  });
  const certificate = readCertificate(certificateFile, pair.certificate);
  keyFiles.create(keyFile, pair.privateKey);
  try {
    files.apply({ write: new Map([[certificateFile, pair.certificate]]), remove: [] });
  } catch (error) {
    // A key without a certificate has sealed nothing, and would stand in the way of the next attempt.
    if (files.read(certificateFile) !== pair.certificate) keyFiles.remove(keyFile);
    throw error;
  }
  return { certificateFile, certificate, keyFile };
}

function refuseOverwriting(
  certificateFile: string,
  keyFile: string,
  environment: string,
  ports: KeysNewPorts,
): void {
  if (ports.files.read(certificateFile) !== undefined) {
    throw new UserError({
      message: `${certificateFile} exists already: what is sealed with it would have to be sealed again`,
      remedy: `To change keys, move it away first, and seal every value of ${environment} anew afterwards.`,
    });
  }
  if (ports.keyFiles.exists(keyFile)) {
    const remedy = 'Name another file. If this one is a key, what it opens is lost without it.';
    throw new UserError({ message: `${keyFile} exists already`, remedy });
  }
}

function refuseInside(root: string, keyFile: string): void {
  const way = posix.relative(root, keyFile);
  if (way.startsWith('../') || posix.isAbsolute(way) || /^[A-Za-z]:/.test(way)) return;
  const message = `${keyFile} lies inside the repository ${root}, from where a private key is soon pushed`;
  throw new UserError({ message, remedy: 'Name a file outside of it, such as one in your home folder.' });
}
