import { hasSecretName } from '../validate/secret-names.ts';
import { maskLines } from './mask-lines.ts';
import { type ScalarAt, scalarsOf } from './secrets-in-yaml.ts';

/** What stands in the place of a secret that is the same on the other side, and of one that is not. */
export interface TextMarks {
  same: string;
  differs: string;
}

/** How deep texts in texts are read: a file in a ConfigMap in a chart's values. */
const DEEPEST = 4;

/**
 * Hides settings inside a text whose names say that they are secret: by its keys where it is YAML or JSON, and line by
 * line, which also finds what stands in comments and in other formats. Everything else stays as it is written.
 * @param other The same text on the other side; empty when there is none.
 */
export function maskText(text: string, other: string, marks: TextMarks, depth = 0): string {
  if (!hasSecretName(text)) return text;
  const shown = maskScalars(text, other, marks, depth);
  return maskLines(shown, maskScalars(other, '', { ...marks, differs: marks.same }, depth), marks);
}

function maskScalars(text: string, other: string, marks: TextMarks, depth: number): string {
  const scalars = depth < DEEPEST ? scalarsOf(text) : undefined;
  if (!scalars) return text;
  const known = new Map((scalarsOf(other) ?? []).map((scalar) => [scalar.path, scalar]));
  let shown = '';
  let end = 0;
  for (const scalar of scalars) {
    const written = text.slice(scalar.start, scalar.end);
    const twin = known.get(scalar.path);
    const mark = twin !== undefined && Object.is(twin.value, scalar.value) ? marks.same : marks.differs;
    const its = typeof twin?.value === 'string' ? twin.value : '';
    shown += text.slice(end, scalar.start) + maskScalar(scalar, written, its, mark, marks, depth);
    end = scalar.end;
  }
  return shown + text.slice(end);
}

function maskScalar(
  { value, secret, block, quoted }: ScalarAt,
  written: string,
  twin: string,
  mark: string,
  marks: TextMarks,
  depth: number,
): string {
  if (secret) return isSecret(value) ? `${mark}${block && written.endsWith('\n') ? '\n' : ''}` : written;
  if (typeof value !== 'string') return written;
  if (block) return maskBlock(written, twin, marks, depth);
  // A text in a text: where something is secret in it, nothing of it is shown, because it is written with escapes.
  const nested = quoted && (/[{\n]/.test(value) || !written.includes(value));
  return nested && maskText(value, twin, marks, depth + 1) !== value ? mark : written;
}

/** The lines of a block are a text of their own, indented. */
function maskBlock(written: string, twin: string, marks: TextMarks, depth: number): string {
  const [header = '', ...lines] = written.split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indent = ' '.repeat(Math.min(...(indents.length > 0 ? indents : [0])));
  const inner = lines.map((line) => line.slice(indent.length)).join('\n');
  const shown = maskText(inner, twin, marks, depth + 1);
  if (shown === inner) return written;
  return [header, ...shown.split('\n').map((line) => (line === '' ? '' : `${indent}${line}`))].join('\n');
}

/** A switch, or nothing, is no secret. */
function isSecret(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && !/^(?:\$\{|\{\{)/.test(value);
  return typeof value === 'number' || typeof value === 'bigint';
}
