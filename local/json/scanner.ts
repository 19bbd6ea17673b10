/**
 * Checks a JSON text byte by byte and writes down where everything is, without building any value.
 *
 * The result is a tape of four numbers a token: `[kind | flags, start, end, next]`. `start` and `end` are byte offsets of the token's
 * source (quotes and brackets included), `next` is the place on the tape of whatever follows the token and all it contains. A name in an
 * object is a token too; its value follows at once, so its fourth number holds a hash of the name instead.
 */
import { isUtf8 } from 'node:buffer';
import { JsonSyntaxError } from './syntax-error';

export const TOKEN = 4;

export const KIND_MASK = 7;
export const OBJECT = 0;
export const ARRAY = 1;
export const STRING = 2;
export const NUMBER = 3;
export const TRUE = 4;
export const FALSE = 5;
export const NULL = 6;

/** The token holds blanks between its parts. Flags of what is inside a container are also the container's. */
export const HAS_BLANKS = 8;
/** An object in it names the same member twice. */
export const HAS_DUPLICATES = 16;
/** A string in it has a backslash. */
export const HAS_ESCAPES = 32;
/** A string in it has an escape that a writer would not write so: `\/` or `\uXXXX`. */
export const HAS_LOOSE_ESCAPES = 64;
/** A string in it has a raw character outside the Basic Multilingual Plane. */
export const HAS_ASTRAL = 128;
/** A number in it may not be what Java's `Integer`, `BigInteger` or `Double` would print. */
export const HAS_LOOSE_NUMBERS = 256;
/** A number in it may be beyond Java's `Long`, or a zero below zero. */
export const HAS_WIDE_NUMBERS = 512;
const FLAGS = ~KIND_MASK;

/** Digits from which on a whole number may be beyond 64 bits. */
const LONG_DIGITS = 19;
/** Objects with more names than this look for duplicates with a set, smaller ones pair by pair. */
const PAIRWISE_NAMES = 24;
const SMALLEST_SCRATCH = 1 << 14;
const LARGEST_KEPT_SCRATCH = 1 << 22;

let scratch = new Int32Array(SMALLEST_SCRATCH);

/** 0: an ordinary byte inside a string; 1: quote; 2: backslash; 3: first byte of an astral character; 4: control character. */
const IN_STRING = new Uint8Array(256);
IN_STRING.fill(4, 0, 0x20);
IN_STRING.fill(3, 0xf0);
IN_STRING[0x22] = 1;
IN_STRING[0x5c] = 2;

const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const isHex = (byte: number | undefined): boolean =>
  isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

export interface ScanLimits {
  /** Containers inside containers; the outermost is 1. */
  readonly maxDepth: number;
  /** Characters of one number. */
  readonly maxNumberLength: number;
}

/** The tape of one JSON text. Throws `JsonSyntaxError` with the byte offset of what is wrong. */
export function scan(bytes: Buffer, limits: ScanLimits): Int32Array {
  if (!isUtf8(bytes)) throw new JsonSyntaxError('invalid-utf8', 'the text is not valid UTF-8', firstBadUtf8(bytes));
  try {
    return new Scanner(bytes, limits).run();
  } finally {
    if (scratch.length > LARGEST_KEPT_SCRATCH) scratch = new Int32Array(SMALLEST_SCRATCH);
  }
}

class Scanner {
  private at = 0;
  private top = 0;
  private tape = scratch;
  private readonly open: number[] = [];

  constructor(
    private readonly bytes: Buffer,
    private readonly limits: ScanLimits,
  ) {}

  run(): Int32Array {
    const { bytes, open } = this;
    this.skipBlanks();
    let done = this.value();
    while (!done) {
      // Inside a container: a first member was refused or a value has just ended.
      const container = open[open.length - 1]!;
      const isObject = (this.tape[container]! & KIND_MASK) === OBJECT;
      if (this.skipBlanks()) this.tape[container]! |= HAS_BLANKS;
      const byte = bytes[this.at];
      const isFirst = this.top === container + TOKEN;
      if (byte === (isObject ? 0x7d : 0x5d)) {
        this.at++;
        done = this.close(container, isObject);
        continue;
      }
      if (!isFirst) {
        if (byte !== 0x2c) throw this.unexpected(isObject ? "',' or '}'" : "',' or ']'");
        this.at++;
        if (this.skipBlanks()) this.tape[container]! |= HAS_BLANKS;
      }
      if (isObject) this.name(container);
      this.value();
    }
    this.skipBlanks();
    if (this.at < bytes.length) throw new JsonSyntaxError('trailing', 'the end of the text should be here', this.at);
    return this.tape.slice(0, this.top);
  }

  /** Reads one scalar whole, or the bracket that opens a container. True if the text's outermost value is complete. */
  private value(): boolean {
    const byte = this.bytes[this.at];
    if (byte === 0x22) this.string(STRING);
    else if (byte === 0x7b) return this.openContainer(OBJECT);
    else if (byte === 0x5b) return this.openContainer(ARRAY);
    else if (byte === 0x2d || isDigit(byte)) this.number();
    else if (byte === 0x74) this.word('true', TRUE);
    else if (byte === 0x66) this.word('false', FALSE);
    else if (byte === 0x6e) this.word('null', NULL);
    else throw this.unexpected('a value');
    return this.open.length === 0;
  }

  private openContainer(kind: number): false {
    if (this.open.length >= this.limits.maxDepth)
      throw new JsonSyntaxError('too-deep', `nested deeper than ${this.limits.maxDepth} levels`, this.at);
    this.open.push(this.token(kind, this.at, 0));
    this.at++;
    return false;
  }

  private close(container: number, isObject: boolean): boolean {
    const { tape, open } = this;
    if (isObject && this.hasDuplicates(container)) tape[container]! |= HAS_DUPLICATES;
    tape[container + 2] = this.at;
    tape[container + 3] = this.top;
    open.pop();
    if (open.length === 0) return true;
    tape[open[open.length - 1]!]! |= tape[container]! & FLAGS;
    return false;
  }

  private name(container: number): void {
    if (this.bytes[this.at] !== 0x22) throw this.unexpected('a name in double quotes');
    const start = this.at;
    this.string(STRING);
    const token = this.top - TOKEN;
    this.tape[token + 3] = hashOf(this.bytes, start, this.at);
    if (this.skipBlanks()) this.tape[container]! |= HAS_BLANKS;
    if (this.bytes[this.at] !== 0x3a) throw this.unexpected("':'");
    this.at++;
    if (this.skipBlanks()) this.tape[container]! |= HAS_BLANKS;
  }

  private string(kind: number): void {
    const { bytes } = this;
    const length = bytes.length;
    const start = this.at;
    let at = start + 1;
    let flags = 0;
    for (;;) {
      while (at < length && IN_STRING[bytes[at]!] === 0) at++;
      if (at >= length) throw new JsonSyntaxError('end', 'the text ends inside a string', length);
      const what = IN_STRING[bytes[at]!];
      if (what === 1) break;
      if (what === 2) {
        flags |= HAS_ESCAPES;
        const escaped = bytes[at + 1];
        if (escaped === undefined) throw new JsonSyntaxError('end', 'the text ends inside a string', length);
        if (escaped === 0x75) {
          for (let digit = 2; digit < 6; digit++)
            if (!isHex(bytes[at + digit]))
              throw new JsonSyntaxError('bad-escape', "'\\u' must be followed by four hex digits", at);
          flags |= HAS_LOOSE_ESCAPES;
          at += 6;
        } else {
          if (escaped === 0x2f) flags |= HAS_LOOSE_ESCAPES;
          else if (!isShortEscape(escaped))
            throw new JsonSyntaxError('bad-escape', 'a backslash must be followed by one of "\\/bfnrtu', at);
          at += 2;
        }
      } else if (what === 3) {
        flags |= HAS_ASTRAL;
        at += 4;
      } else {
        throw new JsonSyntaxError('control-character', 'a control character must be escaped in a string', at);
      }
    }
    this.at = at + 1;
    this.token(kind | flags, start, this.at);
  }

  private number(): void {
    const { bytes } = this;
    const start = this.at;
    let at = start;
    if (bytes[at] === 0x2d) at++;
    const wholeStart = at;
    if (bytes[at] === 0x30) {
      at++;
      if (isDigit(bytes[at])) throw new JsonSyntaxError('bad-number', 'a number must not begin with a zero', at);
    } else {
      at = this.digits(at);
    }
    const wholeEnd = at;
    let isFraction = false;
    if (bytes[at] === 0x2e) {
      isFraction = true;
      at = this.digits(at + 1);
    }
    const fractionEnd = at;
    let hasExponent = false;
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      hasExponent = true;
      at++;
      if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++;
      at = this.digits(at);
    }
    if (at - start > this.limits.maxNumberLength)
      throw new JsonSyntaxError(
        'number-too-long',
        `a number is longer than ${this.limits.maxNumberLength} characters`,
        start,
      );
    this.at = at;
    const isTight = hasExponent
      ? false
      : isFraction
        ? isTightFraction(bytes, wholeStart, wholeEnd, fractionEnd)
        : wholeStart === start || bytes[wholeStart] !== 0x30;
    const isWide = isFraction
      ? start !== wholeStart && bytes[wholeStart] === 0x30
      : wholeEnd - wholeStart >= LONG_DIGITS;
    this.token(NUMBER | (isTight ? 0 : HAS_LOOSE_NUMBERS) | (isWide ? HAS_WIDE_NUMBERS : 0), start, at);
  }

  private digits(from: number): number {
    let at = from;
    while (isDigit(this.bytes[at])) at++;
    if (at === from) {
      this.at = at;
      throw this.unexpected('a digit');
    }
    return at;
  }

  private word(word: string, kind: number): void {
    const start = this.at;
    for (let letter = 0; letter < word.length; letter++, this.at++)
      if (this.bytes[this.at] !== word.charCodeAt(letter)) throw this.unexpected(`'${word}'`);
    this.token(kind, start, this.at);
  }

  /** Adds a token and hands its flags to the container it is in. Returns its place. */
  private token(kindAndFlags: number, start: number, end: number): number {
    const place = this.top;
    if (place + TOKEN > this.tape.length) {
      const wider = new Int32Array(this.tape.length * 2);
      wider.set(this.tape);
      this.tape = scratch = wider;
    }
    const { tape, open } = this;
    tape[place] = kindAndFlags;
    tape[place + 1] = start;
    tape[place + 2] = end;
    tape[place + 3] = place + TOKEN;
    this.top = place + TOKEN;
    if (kindAndFlags > KIND_MASK && open.length > 0) tape[open[open.length - 1]!]! |= kindAndFlags & FLAGS;
    return place;
  }

  private skipBlanks(): boolean {
    const start = this.at;
    while (isBlank(this.bytes[this.at])) this.at++;
    return this.at !== start;
  }

  private unexpected(wanted: string): JsonSyntaxError {
    return this.at >= this.bytes.length
      ? new JsonSyntaxError('end', `the text ends where ${wanted} should be`, this.at)
      : new JsonSyntaxError('unexpected', `${wanted} should be here`, this.at);
  }

  private hasDuplicates(object: number): boolean {
    const { tape, top } = this;
    const names: number[] = [];
    let escaped = false;
    for (let name = object + TOKEN; name < top; name = tape[name + TOKEN + 3]!) {
      names.push(name);
      escaped ||= (tape[name]! & HAS_ESCAPES) !== 0;
    }
    if (escaped || names.length > PAIRWISE_NAMES) return this.hasDuplicateText(names);
    for (let later = 1; later < names.length; later++) {
      const hash = tape[names[later]! + 3];
      for (let earlier = 0; earlier < later; earlier++)
        if (tape[names[earlier]! + 3] === hash) return this.hasDuplicateText(names);
    }
    return false;
  }

  private hasDuplicateText(names: readonly number[]): boolean {
    const { tape, bytes } = this;
    const seen = new Set<string>();
    for (const name of names) {
      const text = bytes.toString('utf8', tape[name + 1]!, tape[name + 2]!);
      seen.add((tape[name]! & HAS_ESCAPES) === 0 ? text : JSON.stringify(JSON.parse(text)));
    }
    return seen.size < names.length;
  }
}

function isShortEscape(byte: number | undefined): boolean {
  // " \ b f n r t
  return (
    byte === 0x22 || byte === 0x5c || byte === 0x62 || byte === 0x66 || byte === 0x6e || byte === 0x72 || byte === 0x74
  );
}

/** Whether `Double.toString` gives a number's own text back: few digits, no zero at the end, from 0.001 up to 10 million. */
function isTightFraction(bytes: Buffer, wholeStart: number, wholeEnd: number, end: number): boolean {
  const wholeDigits = wholeEnd - wholeStart;
  const fractionDigits = end - wholeEnd - 1;
  if (wholeDigits > 7 || wholeDigits + fractionDigits > 15) return false;
  if (fractionDigits > 1 && bytes[end - 1] === 0x30) return false;
  if (bytes[wholeStart] !== 0x30) return true;
  for (let at = wholeEnd + 1; at < end && at <= wholeEnd + 3; at++) if (bytes[at] !== 0x30) return true;
  return fractionDigits === 1;
}

function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
  return hash;
}

/** Everything before the first bad byte decodes to as many bytes again; a replacement character that was sent is no error. */
function firstBadUtf8(bytes: Buffer): number {
  const text = bytes.toString('utf8');
  let offset = 0;
  let from = 0;
  for (;;) {
    const at = text.indexOf('\ufffd', from);
    if (at < 0) return bytes.length;
    offset += Buffer.byteLength(text.slice(from, at));
    if (bytes.readUIntBE(offset, Math.min(3, bytes.length - offset)) !== 0xefbfbd) return offset;
    offset += 3;
    from = at + 1;
  }
}
