import { compileOrExplain } from './compile.ts';
import { instantiateTemplate, type Render } from './runtime.ts';

/**
 * Compiles a template at run time. Needs the whole of Handlebars: import this module only when there is one.
 * @throws UserError with `template:line:column`.
 */
export function loadTemplate(source: string, file: string): Render {
  const text = compileOrExplain(source, file);
  // Handlebars' own way from the text of a specification to a template; the text comes from its compiler.
  const specification: object = new Function(`return ${text}`)();
  return instantiateTemplate(specification, file);
}
