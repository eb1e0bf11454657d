import { type Explanation, explain as explainCapability, explainRule } from '../../capabilities/explain.ts';
import { type Context, openRepository } from '../context.ts';

export function explain(context: Context): number {
  const [name = '', path = ''] = context.args.positionals;
  const rules = path === '' ? explainRule(name) : [];
  const { paint } = context;
  if (rules.length > 0) {
    const texts = rules.map(({ id, summary, why, fix }) =>
      [`${paint.bold(id)} · ${summary}`, wrap(why), ...(fix ? [wrap(fix)] : [])].join('\n\n'),
    );
    context.out(`${context.json ? JSON.stringify(rules, null, 2) : texts.join('\n\n')}\n`);
    return 0;
  }
  const found = explainCapability({ environment: name, path }, openRepository(context));
  if (context.json) context.out(`${JSON.stringify(found, null, 2)}\n`);
  else {
    const width = Math.min(60, Math.max(...found.map((each) => each.path.length)));
    const values = found.map(({ value }) => JSON.stringify(value));
    const valueWidth = Math.min(40, Math.max(...values.map((value) => value.length)));
    found.forEach((each, index) => {
      context.out(
        `${each.path.padEnd(width)}  ${(values[index] ?? '').padEnd(valueWidth)}  ${paint.dim(originText(each))}\n`,
      );
    });
  }
  return 0;
}

function originText({ from }: Explanation): string {
  if ('place' in from) return `${from.place.file}:${from.place.line}:${from.place.column}`;
  return 'because' in from ? `default: ${from.because}` : 'default';
}

function wrap(text: string, width = 96): string {
  return text.replace(new RegExp(`(?![^\\n]{1,${width}}$)([^\\n]{1,${width}})\\s`, 'g'), '$1\n');
}
