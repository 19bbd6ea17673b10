import { MAX_DEPTH, MAX_NUMBER_LENGTH } from './limits';
import {
  ARRAY,
  HAS_ESCAPES as ESCAPES,
  FALSE,
  HAS_DUPLICATES,
  KIND_MASK as MASK,
  NULL,
  NUMBER,
  OBJECT,
  TOKEN as STEP,
  STRING,
  scan,
  TRUE,
} from './scanner';

// Read for every member of every object, and under tsx each use of an import is a call.
const HAS_ESCAPES = ESCAPES;
const KIND_MASK = MASK;
const TOKEN = STEP;

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
/** What `toValue` gives. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [name: string]: JsonValue };

export interface ParseOptions {
  /** Containers inside containers; the outermost is 1. @default 1000 */
  readonly maxDepth?: number;
  /** Characters of one number. @default 1000 */
  readonly maxNumberLength?: number;
}

const KINDS: readonly JsonKind[] = ['object', 'array', 'string', 'number', 'boolean', 'boolean', 'null'];

const LONGEST_KEPT_NAME = 64;
const RECENT_NAMES = 256;
const recentNames: ({ readonly name: string; readonly bytes: Buffer } | undefined)[] = new Array(RECENT_NAMES);

/** One text and its tape, shared by all its nodes. */
class JsonDocument {
  /** Places of the elements of arrays that were asked for by number. */
  private readonly arrays = new Map<number, Int32Array>();

  constructor(
    readonly bytes: Buffer,
    readonly tape: Int32Array,
  ) {}

  placesOf(array: number): Int32Array {
    const known = this.arrays.get(array);
    if (known) return known;
    const places: number[] = [];
    const end = this.tape[array + 3]!;
    for (let place = array + TOKEN; place < end; place = this.tape[place + 3]!) places.push(place);
    const found = Int32Array.from(places);
    this.arrays.set(array, found);
    return found;
  }

  stringAt(place: number): string {
    const { tape, bytes } = this;
    const start = tape[place + 1]!;
    const end = tape[place + 2]!;
    // The scanner has checked the text, and JSON's strings are a subset of what JSON.parse reads.
    return (tape[place]! & HAS_ESCAPES) === 0
      ? bytes.toString('utf8', start + 1, end - 1)
      : (JSON.parse(bytes.toString('utf8', start, end)) as string);
  }

  /** A member's name. Rows have the same names over and over, so a name seen lately is not decoded again. */
  nameAt(place: number): string {
    const { tape, bytes } = this;
    const slot = tape[place + 3]! & (RECENT_NAMES - 1);
    const recent = recentNames[slot];
    const start = tape[place + 1]! + 1;
    const isRecent =
      recent && tape[place + 2]! - 1 - start === recent.bytes.length && isSame(bytes, start, recent.bytes);
    if (isRecent && (tape[place]! & HAS_ESCAPES) === 0) return recent.name;
    const name = this.stringAt(place);
    if (name.length <= LONGEST_KEPT_NAME) recentNames[slot] = { name, bytes: Buffer.from(name, 'utf8') };
    return name;
  }
}

/** Reads a whole JSON text. A string is taken as its UTF-8 bytes. Throws `JsonSyntaxError`. */
export function parseJson(source: Buffer | string, options: ParseOptions = {}): JsonNode {
  const bytes = typeof source === 'string' ? Buffer.from(source, 'utf8') : source;
  const { maxDepth = MAX_DEPTH, maxNumberLength = MAX_NUMBER_LENGTH } = options;
  return new JsonNode(new JsonDocument(bytes, scan(bytes, { maxDepth, maxNumberLength })), 0);
}

/** A value somewhere in a parsed text. */
export class JsonNode {
  constructor(
    private readonly document: JsonDocument,
    private readonly place: number,
  ) {}

  get kind(): JsonKind {
    return KINDS[this.document.tape[this.place]! & KIND_MASK]!;
  }

  /** What the scanner saw in this value: the `HAS_…` bits of `scanner.ts`. */
  get flags(): number {
    return this.document.tape[this.place]! & ~KIND_MASK;
  }

  /** First byte of this value in `source`. */
  get start(): number {
    return this.document.tape[this.place + 1]!;
  }

  /** First byte after this value in `source`. */
  get end(): number {
    return this.document.tape[this.place + 2]!;
  }

  /** The whole text this value was read from. */
  get source(): Buffer {
    return this.document.bytes;
  }

  /** This value as it was sent, blanks inside it included. A view, not a copy. */
  get raw(): Buffer {
    return this.document.bytes.subarray(this.start, this.end);
  }

  /** Decoded text of a string; of anything else its source. */
  get text(): string {
    const { bytes, tape } = this.document;
    return (tape[this.place]! & KIND_MASK) === STRING
      ? this.document.stringAt(this.place)
      : bytes.toString('utf8', this.start, this.end);
  }

  /** Members of an object (a repeated name counts once) or elements of an array; 0 for anything else. */
  get size(): number {
    const kind = this.document.tape[this.place]! & KIND_MASK;
    if (kind === ARRAY) return this.document.placesOf(this.place).length;
    if (kind !== OBJECT) return 0;
    let count = 0;
    for (const _ of this.members()) count++;
    return count;
  }

  /** The member of that name, the last if the object repeats it. */
  get(name: string): JsonNode | undefined {
    const { tape, bytes } = this.document;
    if ((tape[this.place]! & KIND_MASK) !== OBJECT) return undefined;
    const wanted = bytesOf(name);
    const end = tape[this.place + 3]!;
    let found = -1;
    for (let at = this.place + TOKEN; at < end; at = tape[at + TOKEN + 3]!) {
      const start = tape[at + 1]! + 1;
      const isEqual =
        (tape[at]! & HAS_ESCAPES) === 0
          ? tape[at + 2]! - 1 - start === wanted.length && isSame(bytes, start, wanted)
          : this.document.stringAt(at) === name;
      if (isEqual) found = at + TOKEN;
    }
    return found < 0 ? undefined : new JsonNode(this.document, found);
  }

  /** The element at that index, counted from 0. */
  at(index: number): JsonNode | undefined {
    if ((this.document.tape[this.place]! & KIND_MASK) !== ARRAY) return undefined;
    const place = this.document.placesOf(this.place)[index];
    return place === undefined ? undefined : new JsonNode(this.document, place);
  }

  /** Elements of an array in order; none for anything else. */
  elements(): JsonNode[] {
    const nodes: JsonNode[] = [];
    const { tape } = this.document;
    if ((tape[this.place]! & KIND_MASK) !== ARRAY) return nodes;
    const end = tape[this.place + 3]!;
    for (let at = this.place + TOKEN; at < end; at = tape[at + 3]!) nodes.push(new JsonNode(this.document, at));
    return nodes;
  }

  /** Members of an object in order of first appearance; none for anything else. */
  members(): Iterable<readonly [string, JsonNode]> {
    const { tape } = this.document;
    const members: [string, JsonNode][] = [];
    if ((tape[this.place]! & KIND_MASK) !== OBJECT) return members;
    const end = tape[this.place + 3]!;
    for (let at = this.place + TOKEN; at < end; at = tape[at + TOKEN + 3]!)
      members.push([this.document.nameAt(at), new JsonNode(this.document, at + TOKEN)]);
    return (tape[this.place]! & HAS_DUPLICATES) === 0 ? members : new Map(members);
  }

  /** A plain JavaScript value; numbers become doubles, so digits may be lost. */
  toValue(): JsonValue {
    switch (this.document.tape[this.place]! & KIND_MASK) {
      case OBJECT: {
        const value: { [name: string]: JsonValue } = {};
        for (const [name, member] of this.members()) setOwn(value, name, member.toValue());
        return value;
      }
      case ARRAY:
        return this.elements().map((element) => element.toValue());
      case STRING:
        return this.document.stringAt(this.place);
      case NUMBER:
        return Number(this.text);
      case TRUE:
        return true;
      case FALSE:
        return false;
      case NULL:
        return null;
      default:
        throw new Error(`no JSON kind ${this.document.tape[this.place]! & KIND_MASK} at place ${this.place}`);
    }
  }
}

/** Names that were asked for, as bytes: the same few are asked for again and again. */
const namesAsBytes = new Map<string, Buffer>();

function bytesOf(name: string): Buffer {
  let bytes = namesAsBytes.get(name);
  if (bytes === undefined) {
    bytes = Buffer.from(name, 'utf8');
    if (namesAsBytes.size >= 1024) namesAsBytes.clear();
    if (name.length <= LONGEST_KEPT_NAME) namesAsBytes.set(name, bytes);
  }
  return bytes;
}

function isSame(bytes: Buffer, start: number, wanted: Buffer): boolean {
  for (let at = 0; at < wanted.length; at++) if (bytes[start + at] !== wanted[at]) return false;
  return true;
}

/** Sets a property whatever its name: an assignment to `__proto__` would set the prototype. */
function setOwn(target: { [name: string]: JsonValue }, name: string, value: JsonValue): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
  else target[name] = value;
}
