/*
 * How three kinds of reader take one plain scalar (one without quotes). Everybody agrees on quoted ones.
 */

/** What a scalar is to one reader. `note` says how a number came about, where the text does not show it. */
export type Reading =
  | { type: 'text' | 'null' | 'date' }
  | { type: 'truth'; value: boolean }
  | { type: 'number'; value: number; note?: string };

const TEXT: Reading = { type: 'text' };
const NULL = /^(?:~|null|Null|NULL)?$/;
const TRUE = /^(?:true|True|TRUE)$/;
const FALSE = /^(?:false|False|FALSE)$/;
const OLD_TRUE = /^(?:y|Y|yes|Yes|YES|on|On|ON)$/;
const OLD_FALSE = /^(?:n|N|no|No|NO|off|Off|OFF)$/;
/** Infinite, or no number: the same to all. */
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const DATE =
  /^[0-9]{4}-(?:[0-9]{2}-[0-9]{2}|[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$/;

/** YAML 1.2, core schema: editors, and most tools of today. */
export function readByYaml12(source: string): Reading {
  const word = readWord(source);
  if (word) return word;
  const prefixed = /^0(?:o([0-7]+)|x([0-9a-fA-F]+))$/.exec(source);
  if (prefixed?.[1]) return number(Number.parseInt(prefixed[1], 8), 'octal');
  if (prefixed?.[2]) return number(Number.parseInt(prefixed[2], 16), 'hexadecimal');
  return FLOAT.test(source) ? number(Number(source)) : TEXT;
}

/** Kubernetes' decoder: a dialect of YAML 1.1. Source: go.yaml.in/yaml/v2, resolve.go. */
export function readByKubernetes(source: string): Reading {
  const word = readWord(source) ?? readOldWord(source);
  if (word) return word;
  if (source.startsWith('.')) {
    const fraction = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/.test(source);
    return fraction ? held(Number(source.replaceAll('_', ''))) : TEXT;
  }
  if (!/^[-+0-9]/.test(source)) return TEXT;
  const plain = source.replaceAll('_', '');
  return integerWithPrefix(plain) ?? (FLOAT.test(plain) ? held(Number(plain)) : TEXT);
}

/** YAML 1.1 as it was written down, and as older tools read it. Source: yaml.org/type, int, float, bool and timestamp. */
export function readByYaml11(source: string): Reading {
  const word = readWord(source) ?? readOldWord(source);
  if (word) return word;
  if (DATE.test(source)) return { type: 'date' };
  if (BASE_60.test(source)) return number(base60(source.replaceAll('_', '')), 'base 60');
  const plain = source.replaceAll('_', '');
  if (/^[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)$/.test(source))
    return integerWithPrefix(plain) ?? TEXT;
  const float = /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*(?:[eE][-+][0-9]+)?$/.test(source);
  return float && FLOAT.test(plain) ? number(Number(plain)) : TEXT;
}

/** Whether two readers take a scalar for the same. */
export function sameReading(a: Reading, b: Reading): boolean {
  return a.type === b.type && ('value' in a ? a.value : '') === ('value' in b ? b.value : '');
}

function number(value: number, note?: string): Reading {
  // Minus zero is zero to everybody who counts.
  return { type: 'number', value: value === 0 ? 0 : value, ...(note === undefined ? {} : { note }) };
}

/** What no number can hold stays text: `1e999`, or a commit's hash that has one letter. */
function held(value: number): Reading {
  return Number.isFinite(value) ? number(value) : TEXT;
}

function readWord(source: string): Reading | undefined {
  if (NULL.test(source)) return { type: 'null' };
  if (TRUE.test(source)) return { type: 'truth', value: true };
  if (FALSE.test(source)) return { type: 'truth', value: false };
  return NOT_FINITE.test(source) ? { type: 'number', value: Number.POSITIVE_INFINITY } : undefined;
}

function readOldWord(source: string): Reading | undefined {
  if (OLD_TRUE.test(source)) return { type: 'truth', value: true };
  return OLD_FALSE.test(source) ? { type: 'truth', value: false } : undefined;
}

/** An integer as Go and C write it: `0x1f`, `0o17`, `017`, `0b11`, each with a sign or without; Kubernetes also takes `0b-1`. */
function integerWithPrefix(plain: string): Reading | undefined {
  const match =
    /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(?<![-+])0b([-+][01]+)|(0|[1-9][0-9]*))$/.exec(
      plain,
    );
  if (!match) return undefined;
  const [, sign, hexadecimal, octal, unsignedBinary, binary = unsignedBinary, decimal] = match;
  const signed = (value: number) => (sign === '-' ? -value : value);
  if (hexadecimal) return number(signed(Number.parseInt(hexadecimal, 16)), 'hexadecimal');
  if (octal) return number(signed(Number.parseInt(octal, 8)), 'octal');
  if (binary) return number(signed(Number.parseInt(binary, 2)), 'binary');
  return number(signed(Number(decimal)));
}

function base60(source: string): number {
  const value = source
    .replace(/^[-+]/, '')
    .split(':')
    .reduce((total, part) => total * 60 + Number(part), 0);
  return source.startsWith('-') ? -value : value;
}
