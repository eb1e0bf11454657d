import type { Finding, Place } from '../finding.ts';
import { type Certificate, day } from './certificate.ts';
import { splitCiphertext } from './ciphertext.ts';
import { foreignItem } from './foreign-item.ts';
import type { Target } from './scope.ts';
import { SEALING_RULES, type SealingRule } from './sealing-rules.ts';
import { bindingOf, ciphertextOf, type LocatedItem, type SecretStore } from './store/store.ts';
import { ciphertextDigest } from './tag.ts';

/** A sealed value that the environment cannot do without. */
export interface NeededItem extends Target {
  item: string;
  /** Who reads it, for messages. */
  usedBy?: readonly string[];
}

export interface StoreCheck {
  environment: string;
  store: SecretStore;
  certificate: Certificate;
  /** Where the certificate stands. */
  certificateFile: string;
  needed: readonly NeededItem[];
  now: Date;
}

const DAYS_OF_WARNING = 90;
const DAY = 24 * 60 * 60 * 1000;

/** Judges a store without any private key: form, Secret, certificate, expiry, completeness. Sorted by place. */
export function checkStore(check: StoreCheck): Finding[] {
  const findings = [
    ...checkExpiry(check),
    ...checkCompleteness(check),
    ...[...check.store.items.values()].flatMap((item) => checkItem(check, item)),
  ];
  return findings.sort(
    (a, b) =>
      Number(a.place.file > b.place.file) - Number(a.place.file < b.place.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column,
  );
}

function finding(rule: SealingRule, place: Place, message: string, fix: string): Finding {
  return { rule, severity: SEALING_RULES[rule].severity, place, message, fix };
}

function checkExpiry({ environment, certificate, certificateFile, now }: StoreCheck): Finding[] {
  const place = { file: certificateFile, line: 1, column: 1 };
  const fix = `Make a new pair with \`lunchbox keys new ${environment}\` and seal every value again.`;
  const { notBefore, notAfter } = certificate;
  if (now > notAfter)
    return [finding('sealing-certificate-expired', place, `it expired on ${day(notAfter)}`, fix)];
  if (now < notBefore) {
    const message = `it is not valid before ${day(notBefore)}`;
    return [finding('sealing-certificate-expired', place, message, 'Check the clock of this machine.')];
  }
  const days = Math.floor((notAfter.getTime() - now.getTime()) / DAY);
  if (days >= DAYS_OF_WARNING) return [];
  return [
    finding('sealing-certificate-expiring', place, `it expires in ${days} days, on ${day(notAfter)}`, fix),
  ];
}

function checkCompleteness({ environment, store, needed }: StoreCheck): Finding[] {
  const names = new Set(needed.map(({ item }) => item));
  const top = store.itemsPlace ?? { file: store.file, line: 1, column: 1 };
  const missing = needed.filter(({ item }) => !store.items.has(item));
  const unused = [...store.items.values()].filter(({ item }) => !names.has(item));
  return [
    ...missing.map(({ item, usedBy = [] }) => {
      const users = usedBy.length === 0 ? '' : ` (needed by ${usedBy.join(', ')})`;
      const fix = `Run \`lunchbox seal ${environment} ${item}\`.`;
      return finding('sealed-value-missing', top, `\`${item}\` is not sealed${users}`, fix);
    }),
    ...unused.map(({ item, place }) => {
      const fix = `Remove it with \`lunchbox seal ${environment} ${item} --remove\`, or use it in lunchbox.yaml.`;
      return finding('sealed-value-unused', place, `no workload uses \`${item}\``, fix);
    }),
  ];
}

function checkItem({ environment, certificate, needed }: StoreCheck, item: LocatedItem): Finding[] {
  const again = `Seal it again: \`lunchbox seal ${environment} ${item.item}\`.`;
  const at = (field: keyof LocatedItem['fields']) => item.fields[field] ?? item.place;
  const findings: Finding[] = [];
  const foreign = foreignItem(environment, certificate, item);
  if (foreign !== undefined) {
    findings.push(finding('sealed-value-certificate', foreign.place ?? item.place, foreign.message, again));
  }
  const need = needed.find((each) => each.item === item.item);
  if (need !== undefined && (need.secret !== item.secret || need.namespace !== item.namespace)) {
    const message = `\`${item.item}\` opens in Secret ${item.namespace}/${item.secret} only; ${need.namespace}/${need.secret} needs it`;
    findings.push(
      finding('sealed-value-scope', at(need.secret === item.secret ? 'namespace' : 'secret'), message, again),
    );
  }
  const ciphertext = ciphertextOf(item);
  const fault = formFault(ciphertext, foreign === undefined ? certificate.modulusLength / 8 : undefined);
  if (fault !== undefined) {
    findings.push(
      finding(
        'sealed-value-malformed',
        at('value'),
        `\`${item.item}\` is not a sealed value: ${fault}`,
        again,
      ),
    );
  } else if (ciphertextDigest(bindingOf(item), ciphertext) !== item.digest) {
    const message = `\`${item.item}\` is not as it was sealed: its digest does not match what stands here`;
    findings.push(finding('sealed-value-digest', at('digest'), message, again));
  }
  return findings;
}

/** @param keyBytes size of the RSA part, when the certificate is known */
function formFault(ciphertext: Uint8Array, keyBytes: number | undefined): string | undefined {
  const parts = splitCiphertext(ciphertext);
  if (parts === undefined) return `${ciphertext.length} bytes are too few`;
  const length = parts.wrappedKey.length;
  if (keyBytes === undefined ? length >= 256 : length === keyBytes) return undefined;
  return `it begins with a key of ${length} bytes; the certificate makes ${keyBytes ?? 'at least 256'}`;
}
