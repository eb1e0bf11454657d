import { CORE_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml';
import { parse } from 'yaml';

/** YAML readers that share no code with the writer, and read both versions of the language. */
export const readers: Readonly<Record<string, (text: string) => unknown>> = {
  'yaml 1.2': (text) => parse(text),
  'yaml 1.1': (text) => parse(text, { version: '1.1' }),
  'js-yaml core': (text) => load(text, { schema: CORE_SCHEMA }),
  'js-yaml 1.1': (text) => load(text, { schema: YAML11_SCHEMA }),
};
