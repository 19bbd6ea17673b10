import { type Position, TemplateSyntaxError } from './syntax';

/** A position in a template's text. The regular expressions passed to it must have the flag `y`. */
export class Cursor {
  offset = 0;
  /** Whether the last reference read was written `${…}` or `$!…`. */
  wasFormal = false;

  /** The position up to which lines have been counted; most callers ask for positions in order. */
  private counted = { offset: 0, line: 1, lineStart: 0 };

  constructor(private readonly source: string) {}

  get atEnd(): boolean {
    return this.offset >= this.source.length;
  }

  peek(text: string): boolean {
    return this.source.startsWith(text, this.offset);
  }

  take(text: string): boolean {
    if (!this.peek(text)) return false;
    this.offset += text.length;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.error(`expected '${text}' here`);
  }

  looksAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.offset;
    return pattern.test(this.source);
  }

  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.source) ?? undefined;
    if (found) this.offset += found[0].length;
    return found;
  }

  takeWhile(pattern: RegExp): string {
    return this.match(pattern)?.[0] ?? '';
  }

  skipBlanks(): void {
    this.match(/\s*/y);
  }

  back(length: number): void {
    this.offset -= length;
  }

  since(start: number): string {
    return this.source.slice(start, this.offset);
  }

  position(): Position {
    if (this.offset < this.counted.offset) this.counted = { offset: 0, line: 1, lineStart: 0 };
    let { offset, line, lineStart } = this.counted;
    for (; offset < this.offset; offset++)
      if (this.source.charCodeAt(offset) === 0x0a) {
        line++;
        lineStart = offset + 1;
      }
    this.counted = { offset, line, lineStart };
    return { line, column: offset - lineStart + 1 };
  }

  error(what: string): TemplateSyntaxError {
    const rest = this.source.slice(this.offset, this.offset + 12);
    return new TemplateSyntaxError(`${what}, got ${rest === '' ? 'the end' : JSON.stringify(rest)}`, this.position());
  }
}
