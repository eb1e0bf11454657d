import Handlebars from 'handlebars';
import { UserError } from '../../errors.ts';
import { nearest } from '../../suggest.ts';
import { TemplateLines } from './lines.ts';
import { templateError } from './problem.ts';

type Node = hbs.AST.Node;
type Expression = hbs.AST.Expression;

const BLOCKS = ['if', 'unless', 'each', 'with'];
const FUNCTIONS = ['lookup', 'eq', 'and', 'or', 'not'];
const WRITERS = ['yaml', 'text'];
const OWN = ['lunchboxNeed', 'lunchboxScalar', 'lunchboxYaml', 'lunchboxText'];

/**
 * Compiles a template to the JavaScript text of a Handlebars specification, after a pass over its syntax tree that
 * turns each `{{value}}` into exactly one YAML scalar and gives every look-up its place for errors.
 * @param file Name of the template in errors.
 * @throws UserError with `template:line:column` for whatever could render to something else than meant.
 */
export function compileTemplate(source: string, file: string): string {
  const program = parse(source, file);
  new Pass(file, source).program(program);
  const known = [...BLOCKS, ...FUNCTIONS, ...OWN].map((name) => [name, true]);
  return String(
    Handlebars.precompile(program, {
      knownHelpersOnly: true,
      knownHelpers: Object.fromEntries(known),
      preventIndent: true,
    }),
  );
}

function parse(source: string, file: string): hbs.AST.Program {
  try {
    return Handlebars.parse(source, { srcName: file });
  } catch (error) {
    const { message, lineNumber, column } = error as {
      message: string;
      lineNumber?: number;
      column?: number;
    };
    const line = lineNumber ?? Number(/on line (\d+)/.exec(message)?.[1] ?? 1);
    const what = message.split('\n').at(-1) ?? message;
    throw templateError(
      file,
      line,
      (column ?? 0) + 1,
      `not a Handlebars template: ${what.replace(/ - \d+:\d+$/, '')}`,
    );
  }
}

class Pass {
  private readonly lines: TemplateLines;
  private readonly file: string;

  constructor(file: string, source: string) {
    this.file = file;
    this.lines = new TemplateLines(file, source);
  }

  program(program: hbs.AST.Program): void {
    program.body = program.body.map((statement) => this.statement(statement)) as hbs.AST.Statement[];
  }

  private statement(statement: Node): Node {
    switch (statement.type) {
      case 'MustacheStatement':
        return this.mustache(statement as hbs.AST.MustacheStatement);
      case 'BlockStatement':
        return this.block(statement as hbs.AST.BlockStatement);
      case 'ContentStatement':
      case 'CommentStatement':
        return statement;
      default:
        return this.fail(
          statement,
          `${NAMES[statement.type] ?? statement.type} is not part of these templates`,
          'Repeat the lines, or pass the value in and write it with {{yaml value}}.',
        );
    }
  }

  private mustache(mustache: hbs.AST.MustacheStatement): Node {
    const { start, end } = mustache.loc;
    if (!mustache.escaped) this.fail(mustache, 'a raw value could be any YAML at all', 'Use two braces.');
    if (start.line !== end.line) this.fail(mustache, 'this runs over several lines', 'Write it on one line.');
    const name = nameOf(mustache.path);
    const slot = this.lines.slot(start.line, start.column, end.column);
    if (mustache.params.length > 0 && name !== undefined && WRITERS.includes(name))
      return this.writer(mustache, name, slot);
    if (slot === 'line') {
      this.fail(
        mustache,
        'a value alone on its line belongs to nothing',
        'Put it behind a key or `- `; a whole mapping or list is written {{yaml value}}.',
      );
    }
    const value = mustache.params.length > 0 ? this.call(mustache.path, mustache) : mustache.path;
    this.expression(value);
    return this.rewrite(mustache, 'lunchboxScalar', value, [literal('BooleanLiteral', slot === 'key')]);
  }

  private writer(mustache: hbs.AST.MustacheStatement, name: string, slot: string): Node {
    const { start } = mustache.loc;
    const value = mustache.params[0];
    if (value === undefined || mustache.params.length > 1)
      return this.fail(mustache, `{{${name} …}} takes one value`);
    if (name === 'yaml' && slot !== 'line')
      this.fail(
        mustache,
        '{{yaml …}} writes several lines',
        'Put it on a line of its own, indented as its lines shall be.',
      );
    if (name === 'text' && slot !== 'value')
      this.fail(mustache, '{{text …}} writes a block of text', 'Put it behind a key.');
    if (name === 'text' && this.lines.hasMore(start.line, mustache.loc.end.column))
      this.fail(
        mustache,
        'what follows {{text …}} would be part of the text',
        'Put the comment above the key.',
      );
    this.expression(value);
    const indent = name === 'yaml' ? start.column : this.lines.column(start.line) + 2;
    return this.rewrite(mustache, name === 'yaml' ? 'lunchboxYaml' : 'lunchboxText', value, [
      literal('NumberLiteral', indent),
    ]);
  }

  private rewrite(
    mustache: hbs.AST.MustacheStatement,
    helper: string,
    value: Expression,
    more: Expression[],
  ): Node {
    mustache.params = [value, ...this.place(mustache, value), ...more];
    mustache.path = path(helper, mustache);
    mustache.escaped = false;
    return mustache;
  }

  private block(block: hbs.AST.BlockStatement): Node {
    const name = nameOf(block.path) ?? '';
    if (!BLOCKS.includes(name)) {
      const guess = nearest(name, BLOCKS);
      this.fail(
        block,
        `there is no block {{#${name}}}${guess ? `; did you mean {{#${guess}}}?` : ''}`,
        `Blocks: ${BLOCKS.join(', ')}.`,
      );
    }
    const value = block.params[0];
    if (value === undefined || block.params.length > 1) this.fail(block, `{{#${name} …}} takes one value`);
    else {
      this.expression(value);
      block.params = [this.need(block, value, name === 'each')];
    }
    if (block.program) this.program(block.program);
    if ((block.inverse as { chained?: boolean } | undefined)?.chained) {
      // Handlebars leaves the blanks before the closing tag of a chain behind.
      this.fail(
        block.inverse.body[0] ?? block,
        '{{else if …}} is not part of these templates',
        'Write {{else}}, and an {{#if …}} inside it.',
      );
    }
    if (block.inverse) this.program(block.inverse);
    return block;
  }

  /** `(lunchboxNeed value "value" line column isRepeated)`: the value, or an error when there is none. */
  private need(at: Node, value: Expression, isRepeated = false): Expression {
    const call = {
      type: 'SubExpression',
      path: path('lunchboxNeed', at),
      params: [value, ...this.place(at, value), literal('BooleanLiteral', isRepeated)],
      loc: at.loc,
    };
    return call as unknown as Expression;
  }

  private place(at: Node, value: Expression): Expression[] {
    const { line, column } = at.loc.start;
    return [
      literal('StringLiteral', textOf(value)),
      literal('NumberLiteral', line),
      literal('NumberLiteral', column + 1),
    ];
  }

  private call(
    callee: Expression | hbs.AST.PathExpression | hbs.AST.Literal,
    from: hbs.AST.MustacheStatement,
  ): Expression {
    const call = { type: 'SubExpression', path: callee, params: from.params, hash: from.hash, loc: from.loc };
    return call as unknown as Expression;
  }

  /** Checks the functions that an expression calls; what they are given has to be there, too. */
  private expression(expression: Expression | hbs.AST.Literal): void {
    if (expression.type !== 'SubExpression') return;
    const call = expression as hbs.AST.SubExpression;
    const { path: callee, params } = call;
    const name = nameOf(callee) ?? '';
    if (!FUNCTIONS.includes(name)) {
      const known = [...FUNCTIONS, ...WRITERS];
      const guess = nearest(name, known);
      this.fail(
        expression,
        `there is no helper \`${name}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
        `Helpers: ${known.join(', ')}.`,
      );
    }
    call.params = params.map((param) => {
      this.expression(param);
      return param.type.endsWith('Literal') ? param : this.need(param, param);
    });
  }

  private fail(node: Node, message: string, remedy?: string): never {
    throw templateError(this.file, node.loc.start.line, node.loc.start.column + 1, message, remedy);
  }
}

const NAMES: Record<string, string> = {
  PartialStatement: 'a partial',
  PartialBlockStatement: 'a partial',
  Decorator: 'a decorator',
  DecoratorBlock: 'a decorator',
};

function nameOf(callee: Node): string | undefined {
  const { original } = callee as { original?: unknown };
  return original === undefined ? undefined : String(original);
}

function textOf(expression: Expression): string {
  if (expression.type !== 'SubExpression') return nameOf(expression) ?? '';
  const { path: callee, params } = expression as hbs.AST.SubExpression;
  // Put in by the pass; nobody has written it.
  if (nameOf(callee) === 'lunchboxNeed' && params[0]) return textOf(params[0]);
  return `(${[nameOf(callee), ...params.map(textOf)].join(' ')})`;
}

function path(name: string, at: Node): hbs.AST.PathExpression {
  return {
    type: 'PathExpression',
    data: false,
    depth: 0,
    parts: [name],
    original: name,
    loc: at.loc,
  } as hbs.AST.PathExpression;
}

function literal(type: string, value: string | number | boolean): Expression {
  return { type, value, original: value } as unknown as Expression;
}

/** Errors of Handlebars' own compiler that the pass does not foresee, as errors of the template. */
export function compileOrExplain(source: string, file: string): string {
  try {
    return compileTemplate(source, file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw templateError(file, 1, 1, `cannot be compiled: ${(error as Error).message.split('\n', 1)[0]}`);
  }
}
