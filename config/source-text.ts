import { type EventType, load, type State, YAMLException } from 'js-yaml';

type Path = readonly PropertyKey[];

/** What a YAML text says, and where it says it. */
export interface SourceText {
  readonly value: unknown;
  /** The line, counted from 1, on which the key at `path` stands; undefined where the text has no such key. */
  readonly lineOf: (path: Path) => number | undefined;
}

/** The text is no YAML; the message says where, shows the place and says why. */
export class YamlFault extends Error {
  override readonly name = 'YamlFault';
}

/** A node as the parser closes it; of a mapping, the nodes in it are its keys and values in turn. */
interface Node {
  readonly line: number;
  within: Node[];
  value?: unknown;
  key?: string;
}

/** @throws YamlFault */
export function readYaml(text: string, file: string): SourceText {
  const open: Node[] = [{ line: 1, within: [] }];
  const listener = (event: EventType, state: State): void => {
    if (event === 'open') {
      open.push({ line: state.line + 1, within: [] });
      return;
    }
    const node = open.pop()!;
    node.value = state.result;
    if (state.kind === 'scalar') node.key = String(state.result);
    // What could have been the key of a group is read as one first, so it is closed twice.
    const [inner] = node.within;
    if (inner && node.within.length === 1 && inner.value === node.value) node.within = inner.within;
    open.at(-1)!.within.push(node);
  };
  try {
    const value = load(text, { filename: file, listener });
    const [root] = open[0]!.within;
    return { value, lineOf: (path) => (root ? lineIn(root, path) : undefined) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new YamlFault(described(error, text, file), { cause: error });
  }
}

function lineIn(node: Node, [first, ...rest]: Path): number | undefined {
  if (first === undefined) return node.line;
  if (typeof first === 'number') {
    const item = node.within[first];
    return item && lineIn(item, rest);
  }
  const at = node.within.findIndex(({ key }, index) => index % 2 === 0 && key === String(first));
  const key = node.within[at];
  const value = node.within[at + 1];
  if (!key) return undefined;
  return rest.length === 0 || !value ? key.line : lineIn(value, rest);
}

/** Where, why, the line itself, and a caret below the place. */
function described({ reason, mark }: YAMLException, text: string, file: string): string {
  if (!mark) return `${file} is not YAML: ${reason}`;
  const line = text.split(/\r?\n/)[mark.line] ?? '';
  const number = String(mark.line + 1);
  const caret = `${' '.repeat(number.length + 3 + mark.column)}^`;
  return `${file}:${number}:${mark.column + 1} is not YAML: ${reason}\n${number} | ${line.replaceAll('\t', ' ')}\n${caret}`;
}
