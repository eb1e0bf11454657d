import type { Declaration, Option } from '../capabilities/declaration.ts';
import { COMMON_OPTIONS } from './arguments.ts';

/** The options that every command has, but those that change nothing of this one. */
export function commonOptions({ without = [] }: Declaration): Record<string, Option> {
  const idle: readonly string[] = without;
  return Object.fromEntries(Object.entries(COMMON_OPTIONS).filter(([name]) => !idle.includes(name)));
}
