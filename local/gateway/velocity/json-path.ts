import type { JsonNode } from '../../json';
import { TemplateError } from './values';

/** One step of a path. */
type Step =
  | { readonly type: 'member'; readonly name: string }
  | { readonly type: 'element'; readonly index: number }
  | { readonly type: 'members'; readonly names: readonly string[] }
  | { readonly type: 'elements'; readonly indexes: readonly number[] }
  | { readonly type: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly type: 'all' }
  | { readonly type: 'descendants' };

/** What a path found: one node or none for a path that can mean only one, otherwise a list. */
export type Found = JsonNode | undefined | readonly JsonNode[];

/** A JSONPath of the kind that `$input.path` and parameter mappings take. Left out, and refused: filters and functions. */
export interface JsonPath {
  find(root: JsonNode): Found;
}

const parsed = new Map<string, JsonPath>();
/** Paths with an index in them come again with every batch, so there are about as many as a batch has records. */
const MAX_PARSED = 8192;
/** A longer path is made of data and will hardly come again. */
const MAX_KEPT_LENGTH = 256;

/** Reads a path, with or without the leading `$`. Throws `TemplateError`. */
export function jsonPath(text: string): JsonPath {
  let path = parsed.get(text);
  if (path === undefined) {
    path = new Path(new PathParser(text).steps());
    if (parsed.size >= MAX_PARSED) parsed.clear();
    if (text.length <= MAX_KEPT_LENGTH) parsed.set(text, path);
  }
  return path;
}

class Path implements JsonPath {
  private readonly isDefinite: boolean;

  constructor(private readonly steps: readonly Step[]) {
    this.isDefinite = steps.every(({ type }) => type === 'member' || type === 'element');
  }

  find(root: JsonNode): Found {
    if (!this.isDefinite) return this.findAll(root);
    let node: JsonNode | undefined = root;
    for (const step of this.steps) {
      if (node === undefined) return undefined;
      if (step.type === 'member') node = node.get(step.name);
      else if (step.type === 'element') node = elementAt(node, step.index);
    }
    return node;
  }

  private findAll(root: JsonNode): JsonNode[] {
    let nodes: JsonNode[] = [root];
    for (const step of this.steps) nodes = nodes.flatMap((node) => childrenOf(node, step));
    return nodes;
  }
}

const elementAt = (node: JsonNode, index: number): JsonNode | undefined =>
  node.at(index < 0 && node.kind === 'array' ? node.size + index : index);

function childrenOf(node: JsonNode, step: Step): JsonNode[] {
  switch (step.type) {
    case 'member':
      return present([node.get(step.name)]);
    case 'members':
      return present(step.names.map((name) => node.get(name)));
    case 'element':
      return present([elementAt(node, step.index)]);
    case 'elements':
      return present(step.indexes.map((index) => elementAt(node, index)));
    case 'slice':
      return node.elements().slice(step.from, step.to);
    case 'all':
      return node.kind === 'array' ? node.elements() : [...node.members()].map(([, member]) => member);
    case 'descendants':
      return descendantsOf(node);
  }
}

const present = (nodes: readonly (JsonNode | undefined)[]): JsonNode[] => nodes.filter((node) => node !== undefined);

/** A node and all under it. The parser has limited how deep that can be. */
function descendantsOf(node: JsonNode): JsonNode[] {
  const found: JsonNode[] = [];
  const visit = (each: JsonNode): void => {
    found.push(each);
    for (const child of childrenOf(each, { type: 'all' })) visit(child);
  };
  visit(node);
  return found;
}

class PathParser {
  private at = 0;

  constructor(private readonly text: string) {}

  steps(): Step[] {
    const steps: Step[] = [];
    if (this.text === '') throw this.error('it is empty');
    if (this.text.startsWith('$')) this.at = 1;
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
    return steps;
  }

  private name(): Step {
    const name = /^[^.[\]()?]*/.exec(this.text.slice(this.at))?.[0] ?? '';
    this.at += name.length;
    if (this.peek('(')) throw this.error('functions are not supported');
    if (name === '') throw this.error(`at ${this.at} a name should be`);
    return name === '*' ? { type: 'all' } : { type: 'member', name };
  }

  private bracket(): Step {
    const end =
      /^\s*(?:(\*)|(-?\d+(?:\s*,\s*-?\d+)*)|(-?\d*)\s*:\s*(-?\d*)|((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*))\s*\]/.exec(
        this.text.slice(this.at),
      );
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
    if (names === undefined) return { type: 'slice', from: bound(from), to: bound(to) };
    const quoted = [...names.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)].map((name) =>
      (name[1] ?? name[2] ?? '').replace(/\\(.)/g, '$1'),
    );
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
