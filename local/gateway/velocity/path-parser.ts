import type { Step } from './json-path';
import { TemplateError } from './values';

const SINGLE = String.raw`'(?:[^'\\]|\\.)*'`;
const DOUBLE = String.raw`"(?:[^"\\]|\\.)*"`;
const listOf = (item: string): string => String.raw`${item}(?:\s*,\s*${item})*`;
/** The forms of a bracket: `*`; indexes; a slice, whose step json-path ignores; names, all in the same kind of quotes. */
const BRACKET = new RegExp(
  String.raw`^\s*(?:(\*)|(${listOf(String.raw`-?\d+`)})|(-?\d*):(-?\d*)(?::-?\d*)?|(${listOf(SINGLE)}|${listOf(DOUBLE)}))\s*\]`,
);
const EACH_NAME = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g;

/** Steps after `..` that may be followed by more steps. */
const NAMED: ReadonlySet<string> = new Set(['member', 'members']);

/** Reads the text of a JSONPath into its steps. Blanks around it do not count; `@` means what `$` means. */
export class PathParser {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text.trim();
  }

  /** Throws `TemplateError`. */
  steps(): Step[] {
    const steps: Step[] = [];
    if (this.text === '') throw this.error('it is empty');
    if (/^[$@]/.test(this.text)) this.at = 1;
    else if (!this.text.startsWith('[')) steps.push(this.name());
    while (this.at < this.text.length) {
      if (this.take('..')) {
        steps.push({ type: 'descendants' });
        if (!this.peek('[')) steps.push(this.name());
      } else if (this.take('.')) {
        // `$.[0]` and `$.['a']` are read like `$[0]`.
        if (!this.peek('[')) steps.push(this.name());
      } else if (this.take('[')) {
        steps.push(this.bracket());
      } else {
        throw this.error(`at ${this.at} a '.' or a '[' should be`);
      }
    }
    // There json-path gives every element for an index, and after `..*` mostly nothing.
    const scan = steps.findIndex(({ type }, at) => type === 'descendants' && !NAMED.has(steps[at + 1]?.type ?? ''));
    if (scan >= 0 && scan + 2 < steps.length)
      throw this.error("steps behind '..*' or '..[0]' are not supported; name a member behind '..'");
    return steps;
  }

  private name(): Step {
    const name = /^[^.[\]()?\s]*/.exec(this.text.slice(this.at))?.[0] ?? '';
    this.at += name.length;
    if (this.peek('(')) throw this.error('functions are not supported');
    if (name === '') throw this.error(`expected a name at ${this.at}`);
    return name === '*' ? { type: 'all' } : { type: 'member', name };
  }

  private bracket(): Step {
    const end = BRACKET.exec(this.text.slice(this.at));
    if (!end) throw this.error(`the bracket at ${this.at - 1} holds neither names, indexes, a slice nor '*'`);
    this.at += end[0].length;
    const [, all, indexes, from, to, names] = end;
    if (all) return { type: 'all' };
    if (indexes !== undefined) {
      const numbers = indexes.split(',').map(Number);
      return numbers.length === 1
        ? { type: 'element', index: numbers[0] ?? 0 }
        : { type: 'elements', indexes: numbers };
    }
    if (names === undefined) {
      if (!from && !to)
        throw this.error(`the slice at ${this.at - end[0].length - 1} has neither a beginning nor an end`);
      return { type: 'slice', from: bound(from), to: bound(to) };
    }
    const quoted = [...names.matchAll(EACH_NAME)].map((name) => (name[1] ?? name[2] ?? '').replace(/\\(.)/g, '$1'));
    return quoted.length === 1 ? { type: 'member', name: quoted[0] ?? '' } : { type: 'members', names: quoted };
  }

  private peek(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  private take(text: string): boolean {
    if (!this.peek(text)) return false;
    this.at += text.length;
    return true;
  }

  private error(what: string): TemplateError {
    return new TemplateError(`the JSON path ${JSON.stringify(this.text)} cannot be read: ${what}`);
  }
}

const bound = (digits: string | undefined): number | undefined => (digits ? Number(digits) : undefined);
