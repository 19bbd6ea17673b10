import { parseSync } from '@swc/core';

/** One place where a file can be made wrong. */
export interface Break {
  readonly line: number;
  readonly from: string;
  readonly to: string;
  /** The whole file with the break in it. */
  readonly text: string;
}

interface Node {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly [name: string]: unknown;
}

const SWAPPED: Readonly<Record<string, string>> = {
  ...{ '===': '!==', '!==': '===', '<': '<=', '<=': '<', '>': '>=', '>=': '>' },
  ...{ '+': '-', '-': '+', '*': '/', '/': '*', '&&': '||', '||': '&&' },
};
/** Parts of a program that say nothing of what it does when it runs. */
const WITHOUT_EFFECT = /^(Import|TsType|TsInterface|TsTypeAlias|ExportAll|ExportNamed)/;

/**
 * Every way that we know to make a TypeScript file wrong by one small change: another comparison, operator or number, the other truth value, a
 * condition that always or never holds, a call left out.
 */
export function breaksOf(source: string): Break[] {
  const bytes = Buffer.from(source);
  // swc counts bytes from where the first file of its process began, and a tree from its first token: here a semicolon of ours.
  const tree = parseSync(`;${source}`, { syntax: 'typescript', target: 'es2022' }) as unknown as Node & {
    body: Node[];
  };
  const first = tree.span.start + 1;
  const found: Break[] = [];
  const replace = ({ span }: Pick<Node, 'span'>, to: (text: string) => string | undefined) => {
    const [start, end] = [span.start - first, span.end - first];
    const from = bytes.subarray(start, end).toString();
    const other = to(from);
    if (other === undefined || other === from) return;
    const line = bytes.subarray(0, start).toString().split('\n').length;
    const text = Buffer.concat([bytes.subarray(0, start), Buffer.from(other), bytes.subarray(end)]).toString();
    found.push({ line, from, to: other, text });
  };
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const node = value as Node;
    if (WITHOUT_EFFECT.test(node.type ?? '')) return;
    if (node.type === 'BinaryExpression') replace(node, operatorOf(node, bytes, first));
    if (node.type === 'BooleanLiteral') replace(node, (text) => (text === 'true' ? 'false' : 'true'));
    if (node.type === 'NumericLiteral') replace(node, (text) => `(${text} + 1)`);
    if (node.type === 'IfStatement' || node.type === 'ConditionalExpression')
      for (const held of ['true', 'false']) replace(node.test as Node, (text) => `((${text}), ${held})`);
    if (node.type === 'ExpressionStatement' && (node.expression as Node).type === 'CallExpression')
      replace(node, () => ';');
    for (const name of Object.keys(node)) if (name !== 'span') visit(node[name]);
  };
  visit(tree.body);
  return found;
}

/** Puts the other operator between the two sides of an expression, whose text it is given. */
function operatorOf(node: Node, bytes: Buffer, first: number): (text: string) => string | undefined {
  const other = SWAPPED[node.operator as string];
  const { left, right } = node as unknown as { readonly left: Node; readonly right: Node };
  const part = (start: number, end: number) => bytes.subarray(start - first, end - first).toString();
  return () =>
    other &&
    `${part(node.span.start, left.span.end)}${part(left.span.end, right.span.start).replace(node.operator as string, other)}${part(right.span.start, node.span.end)}`;
}
