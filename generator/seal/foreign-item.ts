import { type Problem, UserError } from '../errors.ts';
import type { Certificate } from './certificate.ts';
import { shortFingerprint } from './fingerprint.ts';
import type { LocatedItem, SecretStore } from './store/store.ts';

/** Says that an item was sealed with another certificate than its environment's; undefined when it was not. */
export function foreignItem(
  environment: string,
  certificate: Certificate,
  item: LocatedItem,
): Required<Problem> | undefined {
  if (item.certificate === certificate.fingerprint) return undefined;
  const [theirs, ours] = [shortFingerprint(item.certificate), shortFingerprint(certificate.fingerprint)];
  return {
    message: `\`${item.item}\` was sealed with another certificate (public key ${theirs}…, not ${ours}…)`,
    place: item.fields.certificate ?? item.place,
    remedy: `Seal it again: \`lunchbox seal ${environment} ${item.item}\`.`,
  };
}

/** @throws UserError naming every item that the cluster of this environment could not open. */
export function requireOwnItems(environment: string, certificate: Certificate, store: SecretStore): void {
  const problems = Array.from(store.items.values(), (item) => foreignItem(environment, certificate, item));
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) throw new UserError(found);
}
