import type { JsonNode } from '../../json';
import { PathParser } from './path-parser';

/** One step of a path. */
export type Step =
  | { readonly type: 'member'; readonly name: string }
  | { readonly type: 'element'; readonly index: number }
  | { readonly type: 'members'; readonly names: readonly string[] }
  | { readonly type: 'elements'; readonly indexes: readonly number[] }
  | { readonly type: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly type: 'all' }
  | { readonly type: 'descendants' };

/** A new object with the members that `['a','b']` at the end of a path picks. */
export class PickedMembers {
  constructor(readonly members: readonly (readonly [name: string, member: JsonNode])[]) {}
}

export type FoundValue = JsonNode | PickedMembers;

/** The result of a path: one value or undefined for a definite path such as `$.id`, otherwise a list. */
export type Found = FoundValue | undefined | readonly FoundValue[];

/**
 * A JSONPath of the kind that `$input.path` and parameter mappings take, read as the Java library json-path reads it. Left out, and
 * refused: filters and functions.
 */
export interface JsonPath {
  find(root: JsonNode): Found;
}

const parsed = new Map<string, JsonPath>();
/** Templates build a path for each record of a batch, such as `$.records[7]`, so the cache holds about as many as a batch has. */
const MAX_PARSED = 8192;
/** A longer path is built from a request's data and is not worth keeping. */
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
  /** The names in the path's last step, when that step picks several members. */
  private readonly picks: readonly string[] | undefined;
  private readonly steps: readonly Step[];

  constructor(steps: readonly Step[]) {
    const last = steps.at(-1);
    this.picks = last?.type === 'members' ? last.names : undefined;
    this.steps = this.picks ? steps.slice(0, -1) : steps;
    this.isDefinite = this.steps.every(({ type }) => type === 'member' || type === 'element');
  }

  find(root: JsonNode): Found {
    if (!this.isDefinite) return this.findAll(root);
    let node: JsonNode | undefined = root;
    for (const step of this.steps) {
      if (node === undefined) return undefined;
      if (step.type === 'member') node = node.get(step.name);
      else if (step.type === 'element') node = elementAt(node, step.index);
    }
    return node && this.picks ? picked(node, this.picks) : node;
  }

  private findAll(root: JsonNode): readonly FoundValue[] {
    let nodes: JsonNode[] = [root];
    for (const step of this.steps) nodes = nodes.flatMap((node) => childrenOf(node, step));
    const { picks } = this;
    if (picks === undefined) return nodes;
    // Behind `..` json-path takes only the objects that have every one of the names.
    const mustHaveAll = this.steps.at(-1)?.type === 'descendants';
    return nodes
      .map((node) => picked(node, picks))
      .filter((found) => found !== undefined)
      .filter((found) => !mustHaveAll || found.members.length === new Set(picks).size);
  }
}

function picked(node: JsonNode, names: readonly string[]): PickedMembers | undefined {
  if (node.kind !== 'object') return undefined;
  const members = [...new Set(names)].map((name) => [name, node.get(name)] as const);
  return new PickedMembers(members.flatMap(([name, member]) => (member ? [[name, member] as const] : [])));
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
      return sliceOf(node, step.from, step.to);
    case 'all':
      return node.kind === 'array' ? node.elements() : [...node.members()].map(([, member]) => member);
    case 'descendants':
      return descendantsOf(node);
  }
}

/**
 * json-path's slice. With both bounds it counts upwards index by index, so `[-2:1]` of three elements takes the last two and the
 * first. With one bound, a negative number counts from the end.
 */
function sliceOf(node: JsonNode, from: number | undefined, to: number | undefined): JsonNode[] {
  const elements = node.elements();
  if (from === undefined || to === undefined) return elements.slice(from, to);
  const end = Math.min(to, elements.length);
  const places = Array.from({ length: Math.max(0, end - Math.max(from, -elements.length)) }, (_, nth) => end - 1 - nth);
  return present(places.reverse().map((place) => elements.at(place)));
}

const present = (nodes: readonly (JsonNode | undefined)[]): JsonNode[] => nodes.filter((node) => node !== undefined);

/** A node and all nodes below it. The parser limits their depth. */
function descendantsOf(node: JsonNode): JsonNode[] {
  const found: JsonNode[] = [];
  const visit = (each: JsonNode): void => {
    found.push(each);
    for (const child of childrenOf(each, { type: 'all' })) visit(child);
  };
  visit(node);
  return found;
}
