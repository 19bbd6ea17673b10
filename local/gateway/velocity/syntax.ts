/** The syntax tree of a mapping template in the Velocity 1.7 dialect. */
export type Template = readonly Statement[];

export type Statement =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'print'; readonly reference: Reference; readonly escape: Escape }
  | { readonly type: 'set'; readonly target: Reference; readonly value: Expression }
  | { readonly type: 'if'; readonly branches: readonly Branch[]; readonly otherwise: Template }
  | { readonly type: 'foreach'; readonly variable: string; readonly over: Expression; readonly body: Template }
  | { readonly type: 'define'; readonly name: string; readonly body: Template }
  | { readonly type: 'macro'; readonly name: string; readonly parameters: readonly string[]; readonly body: Template }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[]; readonly at: Position }
  | { readonly type: 'break' }
  | { readonly type: 'stop' };

export interface Branch {
  readonly condition: Expression;
  readonly body: Template;
}

/** Backslashes before a `$`: half of them are printed, and an odd number makes the reference plain text. */
export interface Escape {
  readonly backslashes: number;
  readonly literal: string;
}

export type Expression =
  | { readonly type: 'literal'; readonly value: string | bigint | number | boolean }
  /** A string in double quotes with references or directives in it. */
  | { readonly type: 'interpolation'; readonly body: Template }
  | { readonly type: 'list'; readonly items: readonly Expression[] }
  | { readonly type: 'range'; readonly from: Expression; readonly to: Expression }
  | { readonly type: 'map'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly type: 'reference'; readonly reference: Reference }
  | { readonly type: 'not'; readonly operand: Expression }
  | { readonly type: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression };

export type Operator = '||' | '&&' | '==' | '!=' | '<' | '>' | '<=' | '>=' | '+' | '-' | '*' | '/' | '%';

export interface Reference {
  readonly name: string;
  readonly path: readonly Access[];
  readonly at: Position;
}

export type Access =
  | { readonly type: 'property'; readonly name: string }
  | { readonly type: 'method'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly type: 'index'; readonly index: Expression };

/** Where in the template, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A template that Velocity would not parse, or a construct that this evaluator does not know. Thrown at load. */
export class TemplateSyntaxError extends Error {
  override readonly name = 'TemplateSyntaxError';

  constructor(
    what: string,
    readonly at: Position,
  ) {
    super(`line ${at.line}, column ${at.column}: ${what}`);
  }
}
