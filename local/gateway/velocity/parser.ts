import { Cursor } from './cursor';
import { parseArguments, parseExpression, parseReference, parseVariable } from './expression-parser';
import {
  type Branch,
  type Expression,
  type Position,
  type Statement,
  type Template,
  TemplateSyntaxError,
} from './syntax';

const DIRECTIVES = new Set(['set', 'if', 'elseif', 'else', 'end', 'foreach', 'define', 'macro', 'break', 'stop']);
/** Velocity's own directives that a mapping template must not use here, such as #include, which reads a file. */
const REFUSED = new Set(['parse', 'include', 'evaluate', 'literal']);

/** Reads a template. Throws `TemplateSyntaxError` for text that Velocity 1.7 cannot parse, and for directives that are not supported. */
export function parseTemplate(source: string): Template {
  const body = new TemplateParser(new Cursor(source)).block([]);
  return body.statements;
}

interface Block {
  readonly statements: Template;
  /** The directive that ended the block: 'end', 'else', 'elseif', or '' at the end of the template. */
  readonly endedBy: string;
  readonly at: Position;
}

class TemplateParser {
  private statements: Statement[] = [];
  /** Text since the last statement. */
  private text = '';

  constructor(private readonly cursor: Cursor) {}

  /** Statements up to one of the directives in `ends`, which is read too. */
  block(ends: readonly string[]): Block {
    const outer = { statements: this.statements, text: this.text };
    this.statements = [];
    this.text = '';
    const opened = this.cursor.position();
    try {
      for (;;) {
        const at = this.cursor.position();
        const directive = this.next();
        if (directive === undefined) continue;
        if (ends.includes(directive) || (directive === '' && ends.length === 0)) {
          this.flush();
          return { statements: this.statements, endedBy: directive, at };
        }
        if (directive === '') throw new TemplateSyntaxError('this block has no #end', opened);
        throw new TemplateSyntaxError(`#${directive} has no matching directive before it, such as #if`, at);
      }
    } finally {
      this.statements = outer.statements;
      this.text = outer.text;
    }
  }

  /** Reads one piece. Returns the name of a directive that ends a block, '' at the end of the template, else undefined. */
  private next(): string | undefined {
    const { cursor } = this;
    if (cursor.atEnd) return '';
    if (cursor.peek('\\')) return this.backslashes();
    if (cursor.peek('$')) return this.dollar(0);
    if (cursor.peek('#')) return this.hash();
    this.text += cursor.takeWhile(/[^\\$#]+/y);
    return undefined;
  }

  /** Backslashes mean something only before a reference or a directive. */
  private backslashes(): undefined {
    const { cursor } = this;
    const run = cursor.takeWhile(/\\+/y);
    if (cursor.looksAt(/\$!?\{?[a-zA-Z_]/y)) {
      this.dollar(run.length);
      return undefined;
    }
    const directive = cursor.match(/#(?:([a-z]+)|\{([a-z]+)\})(?!\w)/y);
    if (directive === undefined) {
      this.text += run;
    } else if (run.length % 2 === 1 && DIRECTIVES.has(directive[1] ?? directive[2] ?? '')) {
      this.text += run.slice(1) + directive[0];
    } else {
      cursor.back(directive[0].length);
      this.text += run;
    }
    return undefined;
  }

  private dollar(backslashes: number): undefined {
    const { cursor } = this;
    const start = cursor.offset;
    const reference = parseReference(cursor, parseTemplate);
    if (reference === undefined) {
      const at = cursor.position();
      cursor.take('$');
      if (cursor.atEnd) throw new TemplateSyntaxError("a '$' at the very end is a lexical error in Velocity", at);
      this.text += '$';
      return undefined;
    }
    this.add({ type: 'print', reference, escape: { backslashes, literal: cursor.since(start) } });
    return undefined;
  }

  private hash(): string | undefined {
    const { cursor } = this;
    const at = cursor.position();
    if (cursor.take('##')) {
      cursor.takeWhile(/[^\r\n]*(?:\r\n|\r|\n)?/y);
      this.flush();
      return undefined;
    }
    if (cursor.take('#*')) {
      if (cursor.match(/.*?\*#/sy) === undefined) throw new TemplateSyntaxError("this comment has no '*#'", at);
      this.flush();
      return undefined;
    }
    const raw = cursor.take('#[[') ? cursor.match(/(.*?)\]\]#/sy) : null;
    if (raw === undefined) throw new TemplateSyntaxError("this raw text has no ']]#'", at);
    if (raw !== null) {
      this.flush();
      this.add({ type: 'text', text: raw[1] ?? '' });
      return undefined;
    }
    const word = cursor.match(/#(?:([a-zA-Z_]\w*)|\{([a-zA-Z_]\w*)\})/y);
    if (word === undefined) {
      cursor.take('#');
      if (cursor.atEnd) throw new TemplateSyntaxError("a '#' at the very end is a lexical error in Velocity", at);
      this.text += '#';
      return undefined;
    }
    return this.directive(word[1] ?? word[2] ?? '', word[0], at);
  }

  private directive(name: string, source: string, at: Position): string | undefined {
    const { cursor } = this;
    if (REFUSED.has(name) && cursor.looksAt(/\s*\(/y)) throw new TemplateSyntaxError(`#${name} is not supported`, at);
    switch (name) {
      case 'end':
      case 'else':
        cursor.takeWhile(/[ \t]*(?:\r\n|\r|\n)|/y);
        return name;
      case 'elseif':
        return name;
      case 'set':
        if (!cursor.looksAt(/[ \t]*\(/y)) break;
        this.set();
        return undefined;
      case 'if':
        this.if();
        return undefined;
      case 'foreach':
        this.foreach();
        return undefined;
      case 'define':
        this.define();
        return undefined;
      case 'macro':
        this.macro();
        return undefined;
      case 'break':
      case 'stop':
        if (cursor.looksAt(/[ \t]*\(/y))
          throw new TemplateSyntaxError(`#${name} with an argument is not supported`, at);
        this.add({ type: name });
        return undefined;
      default:
        if (!cursor.looksAt(/[ \t]*\(/y)) break;
        cursor.skipBlanks();
        this.add({ type: 'call', name, args: parseArguments(cursor, parseTemplate), at });
        return undefined;
    }
    // A '#' before any other word is text. But a #set that follows removes the blanks before it, as after a directive.
    this.text += source;
    this.flush();
    return undefined;
  }

  private set(): void {
    const { cursor } = this;
    // Blanks before #set are removed, unless a word stands before them.
    this.text = this.text.replace(/(^|\\)[ \t]+$/, '$1');
    this.open();
    const target = parseReference(cursor, parseTemplate);
    if (target === undefined || cursor.wasFormal)
      throw new TemplateSyntaxError('#set needs a plain reference to assign to, such as $name', cursor.position());
    if (target.path.at(-1)?.type === 'method')
      throw new TemplateSyntaxError('#set cannot assign to the result of a method', target.at);
    cursor.skipBlanks();
    cursor.expect('=');
    const value = this.expression();
    this.closeLine();
    this.add({ type: 'set', target, value });
  }

  private if(): void {
    const branches: Branch[] = [];
    for (;;) {
      this.open();
      const condition = this.expression();
      this.closeLine();
      const { statements, endedBy } = this.block(['elseif', 'else', 'end']);
      branches.push({ condition, body: statements });
      if (endedBy === 'elseif') continue;
      this.add({ type: 'if', branches, otherwise: endedBy === 'else' ? this.block(['end']).statements : [] });
      return;
    }
  }

  private foreach(): void {
    const { cursor } = this;
    this.open();
    const variable = parseVariable(cursor);
    cursor.skipBlanks();
    if (!cursor.take('in')) throw cursor.error("expected 'in' here");
    const over = this.expression();
    this.closeLine();
    this.add({ type: 'foreach', variable, over, body: this.block(['end']).statements });
  }

  private define(): void {
    this.open();
    const name = parseVariable(this.cursor);
    this.closeLine();
    this.add({ type: 'define', name, body: this.block(['end']).statements });
  }

  private macro(): void {
    const { cursor } = this;
    this.open();
    const name = cursor.match(/[a-zA-Z_]\w*/y)?.[0];
    if (name === undefined) throw cursor.error('a macro needs a name');
    const parameters: string[] = [];
    for (;;) {
      cursor.match(/[\s,]*/y);
      if (!cursor.peek('$')) break;
      parameters.push(parseVariable(cursor));
    }
    this.closeLine();
    this.add({ type: 'macro', name, parameters, body: this.block(['end']).statements });
  }

  private open(): void {
    this.cursor.skipBlanks();
    this.cursor.expect('(');
    this.cursor.skipBlanks();
  }

  private expression(): Expression {
    return parseExpression(this.cursor, parseTemplate);
  }

  /** Skips the rest of the line after a directive's closing bracket, when it is blank. */
  private closeLine(): void {
    this.cursor.skipBlanks();
    this.cursor.expect(')');
    this.cursor.takeWhile(/[ \t]*(?:\r\n|\r|\n)|/y);
  }

  private add(statement: Statement): void {
    this.flush();
    this.statements.push(statement);
  }

  private flush(): void {
    if (this.text !== '') this.statements.push({ type: 'text', text: this.text });
    this.text = '';
  }
}
