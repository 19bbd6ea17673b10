import type { JsonNode } from './node';
import { HAS_BLANKS, HAS_DUPLICATES, HAS_LOOSE_ESCAPES } from './scanner';
import { type Spelling, write } from './writer';

const MUST_REWRITE = HAS_BLANKS | HAS_DUPLICATES | HAS_LOOSE_ESCAPES;

/** JSON.stringify escapes what JSON demands and, so that UTF-8 can carry them, halves of surrogate pairs. */
const SPELLING: Spelling = { string: (text) => JSON.stringify(text), number: (digits) => digits };

/** Whether the value's source is its compact form already. */
export function isCompact(node: JsonNode): boolean {
  return (node.flags & MUST_REWRITE) === 0;
}

/** The value with no blanks, digits as they were sent, characters raw wherever JSON allows it. A view of the source if that reads so. */
export function compactBytes(node: JsonNode): Buffer {
  return isCompact(node) ? node.raw : Buffer.from(write(node, SPELLING), 'utf8');
}

/** The same as text. */
export function compactText(node: JsonNode): string {
  return isCompact(node) ? node.source.toString('utf8', node.start, node.end) : write(node, SPELLING);
}
