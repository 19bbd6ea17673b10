/** Verbs that `ANY` stands for. */
const ANY_VERBS: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

export interface Match<Endpoint> {
  readonly endpoint: Endpoint;
  /** Values of the path's variables as they were sent, percent-encoded; a greedy variable holds the rest of the path. */
  readonly parameters: Readonly<Record<string, string>>;
}

interface Node<Endpoint> {
  readonly literals: Map<string, Node<Endpoint>>;
  variable?: { readonly name: string; readonly node: Node<Endpoint> };
  greedy?: { readonly name: string; readonly node: Node<Endpoint> };
  readonly endpoints: Map<string, Endpoint>;
}

const newNode = <Endpoint>(): Node<Endpoint> => ({ literals: new Map(), endpoints: new Map() });

/**
 * Finds the method that serves a path. A literal segment beats `{name}`, which beats `{name+}`, and a named verb beats `ANY`. But if the
 * more specific resource lacks the verb or a deeper child, the less specific one serves: with only `GET /streams` declared, `POST /streams`
 * goes to `{proxy+}`.
 */
export class Router<Endpoint> {
  private readonly root = newNode<Endpoint>();

  /** Adds a method. `path` is the resource's path in template form, such as `/streams/{stream-name}`. */
  add(path: string, verb: string, endpoint: Endpoint): void {
    let node = this.root;
    for (const segment of segmentsOf(path)) node = childOf(node, segment);
    node.endpoints.set(verb, endpoint);
  }

  /** The method for a raw path without stage, or undefined. Slashes at the beginning and the end do not count. */
  match(verb: string, path: string): Match<Endpoint> | undefined {
    return find(this.root, segmentsOf(path), 0, verb, {});
  }
}

function segmentsOf(path: string): string[] {
  const trimmed = path.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? [] : trimmed.split('/');
}

function childOf<Endpoint>(node: Node<Endpoint>, segment: string): Node<Endpoint> {
  const name = /^\{([^}+]+)(\+?)\}$/.exec(segment);
  if (name?.[2]) {
    node.greedy ??= { name: name[1] ?? '', node: newNode() };
    return node.greedy.node;
  }
  if (name) {
    node.variable ??= { name: name[1] ?? '', node: newNode() };
    return node.variable.node;
  }
  const child = node.literals.get(segment) ?? newNode<Endpoint>();
  node.literals.set(segment, child);
  return child;
}

function find<Endpoint>(
  node: Node<Endpoint>,
  segments: readonly string[],
  depth: number,
  verb: string,
  parameters: Readonly<Record<string, string>>,
): Match<Endpoint> | undefined {
  const segment = segments[depth];
  if (segment === undefined) {
    const endpoint = node.endpoints.get(verb) ?? (ANY_VERBS.has(verb) ? node.endpoints.get('ANY') : undefined);
    return endpoint && { endpoint, parameters };
  }
  const { literals, variable, greedy } = node;
  const literal = literals.get(segment);
  const found = literal && find(literal, segments, depth + 1, verb, parameters);
  if (found) return found;
  if (variable && segment !== '') {
    const match = find(variable.node, segments, depth + 1, verb, { ...parameters, [variable.name]: segment });
    if (match) return match;
  }
  if (!greedy) return undefined;
  const rest = segments.slice(depth).join('/');
  return find(greedy.node, segments, segments.length, verb, { ...parameters, [greedy.name]: rest });
}
