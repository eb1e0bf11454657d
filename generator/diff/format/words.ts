import { type Identity, type Json, nameOf } from '../../manifest.ts';
import { type FieldChange, type ObjectChange, subject } from '../change.ts';
import { maskedFields } from '../masked-fields.ts';
import type { ChangeGroup, EnvironmentReview, Review } from '../review.ts';
import { RISKS, type Risk, type RiskName } from '../risk.ts';

/* What every format says in the same words: comment, summary, terminal, page. */

/** One sign for each kind of change, readable without colour. */
export const SIGNS: Readonly<Record<ObjectChange['kind'], string>> = {
  added: '+',
  removed: '−',
  renamed: '→',
  modified: '~',
};

/** `2 environments, 5 changes, highest risk: outage`; what the first line of everything says. */
export function headline(review: Review): string {
  const { environments } = review;
  const changes = environments.reduce((sum, { changes }) => sum + changes.length, 0);
  const many = environments.map(({ name }) => name);
  if (changes === 0)
    return `nothing changes in ${many.length === 0 ? 'any environment' : many.slice(0, 5).join(', ')}`;
  const affected = environments.filter((each) => each.changes.length > 0).length;
  const worst = highestRisk(environments.flatMap(({ risks }) => risks));
  return `${count(affected, 'environment')}, ${count(changes, 'change')}, ${worst === undefined ? 'no known risk' : `highest risk: ${worst}`}`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

export function highestRisk(risks: readonly Risk[]): RiskName | undefined {
  return RISKS.find((name) => risks.some(({ risk }) => risk === name));
}

/** Every risk there is, once, the gravest first. */
export function riskNames(risks: readonly Risk[]): RiskName[] {
  return RISKS.filter((name) => risks.some(({ risk }) => risk === name));
}

/** How many objects an environment gains, changes and loses; a renamed one is changed, and named apart. */
export function tally({ changes }: EnvironmentReview) {
  const number = (kind: ObjectChange['kind']) => changes.filter((change) => change.kind === kind).length;
  const renamed = number('renamed');
  return {
    added: number('added'),
    changed: number('modified') + renamed,
    removed: number('removed'),
    renamed,
  };
}

/** `Deployment/web`; for a rename both names. */
export function titleOf(change: ObjectChange): string {
  const now = nameOf(subject(change).identity);
  return change.kind === 'renamed'
    ? `${nameOf(change.before.identity)} → ${change.after.identity.name}`
    : now;
}

/** The object that a risk is about, or the machine. */
export function objectOf(object: Identity | undefined): string {
  return object ? nameOf(object) : 'droplet';
}

/** Whether a group holds nothing but what follows from other changes. */
export function onlyNoise({ changes: [change] }: ChangeGroup): boolean {
  return change?.kind === 'modified' && change.fields.length === 0;
}

/** What a group changes, field by field, values masked: `spec.replicas: 2 → 1`. */
export function fieldTexts({ changes: [change] }: ChangeGroup, most = 60): string[] {
  return change ? maskedFields(change).map((field) => fieldText(field, most)) : [];
}

/** One differing field in one line: `spec.replicas: 2 → 1`. Long values are cut. */
export function fieldText({ name, before, after }: FieldChange, most: number): string {
  const short = name.replace(/^spec\.template\.spec\./, '').replace(/^spec\./, '');
  const value = (json: Json) => {
    const text = typeof json === 'string' ? json : JSON.stringify(json);
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  };
  if (after === undefined) return `${short} removed`;
  // What is in a mapping or a list, the diff says better.
  if (before === undefined) return `${short}${isScalar(after) ? `: ${value(after)}` : ''} added`;
  return `${short}: ${value(before ?? null)} → ${value(after)}`;
}

function isScalar(json: Json): boolean {
  return json === null || typeof json !== 'object';
}
