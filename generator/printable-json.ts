import { sanitize } from './sanitize.ts';

/** JSON that a terminal can show: what would act there inside of strings is escaped, which reads back as the same. */
export function printableJson(json: string): string {
  return json.split('\n').map(sanitize).join('\n');
}
