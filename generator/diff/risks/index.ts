import type { Place } from '../../finding.ts';
import type { Manifest } from '../../manifest.ts';
import { sanitize } from '../../sanitize.ts';
import { locate } from '../../validate/locate.ts';
import { groupBy } from '../group-by.ts';
import { RISKS, type Risk, type RiskContext, type RiskHit, type RiskRule } from '../risk.ts';
import { capacity } from './capacity.ts';
import { certificate } from './certificate/index.ts';
import { dataLoss } from './data-loss/index.ts';
import { forcedRecreate } from './forced-recreate/index.ts';
import { image } from './image/index.ts';
import { outage } from './outage/index.ts';
import { privilege } from './privilege/index.ts';
import { secret } from './secret/index.ts';

/** Every rule, the gravest risk first. */
export const riskRules: readonly RiskRule[] = [
  dataLoss,
  forcedRecreate,
  outage,
  certificate,
  privilege,
  capacity,
  secret,
  image,
];

/** What is about the machine stands there. */
const MACHINE: Place = { file: 'lunchbox.yaml', line: 1, column: 1 };
/** A name may be as long as it likes; a sentence may not. */
const LONGEST = 600;

/**
 * What is dangerous about the changes of one environment: the gravest first, then by file, line and message; each once.
 * Objects may have any shape. No message holds a value of a Secret.
 */
export function risksOf(context: RiskContext): Risk[] {
  const hits = riskRules.flatMap((rule) =>
    [...rule.check(context)].map((hit) => ({ rule, hit, manifest: manifestOf(hit) })),
  );
  const found = new Map<string, Risk>();
  // Object by object: to find the line of a field its text is parsed once more.
  for (const sameManifest of groupBy(hits, ({ manifest }) => manifest).values()) {
    for (const { rule, hit, manifest } of sameManifest) {
      const risk = placed(rule, context, hit, manifest);
      const { place, object, side, message } = risk;
      const key = JSON.stringify([rule.risk, place.file, place.line, side, object ?? null, message]);
      if (!found.has(key)) found.set(key, risk);
    }
  }
  return [...found.values()].sort(byGravity);
}

function manifestOf({ change, side }: RiskHit): Manifest | undefined {
  return change && (change[side] ?? change.after ?? change.before);
}

function placed(
  { risk }: RiskRule,
  { environment }: RiskContext,
  { change, side, at, message }: RiskHit,
  manifest: Manifest | undefined,
): Risk {
  const text = sanitize(message);
  return {
    risk,
    environment,
    ...(manifest ? { object: manifest.identity } : {}),
    place: manifest ? locate(manifest, at) : MACHINE,
    side: manifest ? (manifest === change?.after ? 'after' : 'before') : side,
    message: text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text,
  };
}

function byGravity(a: Risk, b: Risk): number {
  return (
    RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk) ||
    compare(a.place.file, b.place.file) ||
    a.place.line - b.place.line ||
    compare(a.message, b.message) ||
    compare(a.side, b.side)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
