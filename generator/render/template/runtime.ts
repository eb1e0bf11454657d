import type Handlebars from 'handlebars';
import runtimeModule from 'handlebars/runtime.js';
import { UserError } from '../../errors.ts';
import type { Json, JsonObject } from '../../manifest.ts';
import { block } from '../yaml/block.ts';
import { key, scalar } from '../yaml/scalar.ts';
import { structure } from '../yaml/structure.ts';
import { templateError } from './problem.ts';

// Its types describe the full package only.
const runtime = runtimeModule as unknown as typeof Handlebars;

/** What Handlebars makes of a template ahead of time. */
export type PrecompiledTemplate = object;
export type Render = (context: JsonObject) => string;

/**
 * Makes a function of a precompiled template. Needs only Handlebars' runtime; changes nothing global.
 * The function throws a UserError with `template:line:column` when a value is missing or of the wrong shape.
 */
export function instantiateTemplate(spec: PrecompiledTemplate, name: string): Render {
  const handlebars = runtime.create();
  registerHelpers(handlebars, name);
  const template = handlebars.template(spec as TemplateSpecification);
  return (context) => {
    try {
      // Said explicitly, so that names such as `constructor` resolve to nothing and are reported as missing.
      return template(context, { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false });
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw templateError(name, 1, 1, `cannot be rendered: ${(error as Error).message}`);
    }
  };
}

type TemplateSpecification = Parameters<typeof runtime.template>[0];

function registerHelpers(handlebars: typeof Handlebars, file: string): void {
  const fail = (line: number, column: number, message: string, remedy?: string): never => {
    throw templateError(file, line, column, message, remedy);
  };
  /** Runs a writer; what it cannot write is a mistake at this place. */
  const written = (line: number, column: number, expression: string, write: () => string): string => {
    try {
      return write();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return fail(line, column, `\`${expression}\` cannot be written as YAML: ${error.message}`);
    }
  };
  const present = (value: Json | undefined, expression: string, line: number, column: number): Json => {
    if (value !== undefined) return value;
    return fail(line, column, `\`${expression}\` is missing: nothing of that name reaches this template`);
  };

  handlebars.registerHelper({
    lunchboxNeed: (
      value: Json | undefined,
      expression: string,
      line: number,
      column: number,
      isRepeated: boolean,
    ) => {
      const found = present(value, expression, line, column);
      if (!isRepeated || found === null || typeof found === 'object') return found;
      return fail(
        line,
        column,
        `\`${expression}\` is a single value: there is nothing to repeat`,
        'Pass a list or a mapping in, or use {{#if …}}.',
      );
    },
    lunchboxScalar: (
      value: Json | undefined,
      expression: string,
      line: number,
      column: number,
      isKey: boolean,
    ) => {
      const found = present(value, expression, line, column);
      if (found === null)
        return fail(line, column, `\`${expression}\` is not set here`, 'Guard it with `{{#if …}}`.');
      if (typeof found === 'object') {
        return fail(
          line,
          column,
          `\`${expression}\` is a ${Array.isArray(found) ? 'list' : 'mapping'}, not a single value`,
          `Write {{yaml ${expression}}} on a line of its own.`,
        );
      }
      return written(line, column, expression, () => (isKey ? key(String(found)) : scalar(found)));
    },
    lunchboxYaml: (
      value: Json | undefined,
      expression: string,
      line: number,
      column: number,
      indent: number,
    ) => {
      const found = present(value, expression, line, column);
      if (found === null || typeof found !== 'object') {
        return fail(
          line,
          column,
          `\`${expression}\` is a single value, not a mapping or list`,
          `Write {{${expression}}} behind a key.`,
        );
      }
      if (Object.keys(found).length === 0)
        return fail(line, column, `\`${expression}\` is empty`, 'Guard it, and its key, with `{{#if …}}`.');
      return written(line, column, expression, () => structure(found, indent));
    },
    lunchboxText: (
      value: Json | undefined,
      expression: string,
      line: number,
      column: number,
      indent: number,
    ) => {
      const found = present(value, expression, line, column);
      if (typeof found !== 'string')
        return fail(
          line,
          column,
          `\`${expression}\` is not text`,
          `Write {{${expression}}} for a single value.`,
        );
      return written(line, column, expression, () => block(found, indent));
    },
    eq: (a: Json, b: Json) => a === b,
    and: (a: Json, b: Json) => truthy(a) && truthy(b),
    or: (a: Json, b: Json) => truthy(a) || truthy(b),
    not: (a: Json) => !truthy(a),
  });
}

function truthy(value: Json | undefined): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
