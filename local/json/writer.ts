import type { JsonNode } from './node';

/** How a writer spells the scalars that have more than one spelling. */
export interface Spelling {
  readonly string: (text: string) => string;
  readonly number: (digits: string) => string;
}

/** A value without blanks, members in order of first appearance, of a repeated name the last value. */
export function write(node: JsonNode, spelling: Spelling): string {
  switch (node.kind) {
    case 'object': {
      const members: string[] = [];
      for (const [name, member] of node.members()) members.push(`${spelling.string(name)}:${write(member, spelling)}`);
      return `{${members.join(',')}}`;
    }
    case 'array':
      return `[${node
        .elements()
        .map((element) => write(element, spelling))
        .join(',')}]`;
    case 'string':
      return spelling.string(node.text);
    case 'number':
      return spelling.number(node.text);
    default:
      return node.text;
  }
}
