import { UserError } from '../../generator/errors.ts';
import type { Files } from '../../generator/files.ts';
import { escrowGap, readEscrowNote } from '../../generator/provision/machine/escrow-note.ts';
import { imageUserData } from '../../generator/provision/user-data/user-data.ts';
import { type OwnImage, type Wanted, type WantedEscrow, wantedOf } from '../../generator/provision/wanted.ts';
import type { Environment } from '../../generator/spec/environment.ts';
import type { ResolvedEnvironment } from '../../generator/spec/read-spec.ts';
import { escrowNotePath, escrowPath, userDataPath } from '../../generator/tree/paths.ts';
import type { Repository } from '../repository.ts';
import { escrowWanted } from './machine/escrow.ts';

/**
 * What an environment wants of an account, from what is rendered.
 * @param image Booted from, instead of an Ubuntu that is converted.
 * @throws UserError
 */
export function wantedFrom(
  found: ResolvedEnvironment,
  repository: Repository,
  image: OwnImage | undefined,
): Wanted {
  const { environment } = found;
  const { files } = repository;
  return {
    ...wantedOf(found, { userData: birthText(environment, files, image), image }),
    escrow: committedEscrow(environment, files),
  };
}

function committedEscrow(environment: Environment, files: Files): WantedEscrow | undefined {
  const { name, droplet } = environment;
  if (droplet.escrow.length === 0) return undefined;
  const path = escrowPath(name);
  const text = files.read(path);
  const note = readEscrowNote(files.read(escrowNotePath(name)), text);
  const dropletId = note?.dropletId;
  return { path, gap: escrowGap(text, note, escrowWanted(environment, files, dropletId)), dropletId };
}

/** What a new droplet is told, but for the host key of the run. An image is NixOS already. */
export function birthText(environment: Environment, files: Files, image: unknown): string {
  if (image !== undefined) return imageUserData(environment);
  const path = userDataPath(environment.name);
  const text = files.read(path);
  if (text !== undefined) return text;
  throw new UserError({
    message: `${path} is not there: nothing says what a new droplet shall do`,
    remedy: `Run \`lunchbox render ${environment.name}\`, and commit it.`,
  });
}
