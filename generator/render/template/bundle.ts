import { compileTemplate } from './compile.ts';

/** The text of an ES module whose default export holds every template, compiled. Sorted: the same bytes each time. */
export function templatesModule(sources: ReadonlyMap<string, string>): string {
  const entries = [...sources]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, source]) => `${JSON.stringify(name)}: ${compileTemplate(source, `${name}.yaml.hbs`)}`);
  return `export default {\n${entries.join(',\n')}\n};\n`;
}
