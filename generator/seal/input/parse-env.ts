import { parseDotenv } from './parse-dotenv.ts';
import { parseJsonValues } from './parse-json-values.ts';
import type { SecretInput } from './secret-input.ts';

/**
 * Reads many values from one text: a JSON object of strings, or else a `.env`.
 * @throws UserError with `file:line:column` of what is neither, never with a piece of the text.
 */
export function parseEnv(file: string, text: string): SecretInput[] {
  const body = text.replace(/^\uFEFF/, '');
  return body.trimStart().startsWith('{') ? parseJsonValues(file, body) : parseDotenv(file, body);
}
