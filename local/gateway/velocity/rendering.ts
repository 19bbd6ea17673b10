import { Loop } from './loop';
import { Scope, type Value } from './values';

/** One rendering: its variables and what it has printed so far. */
export interface Rendering {
  /** Takes what is printed: the whole template's output, or while a string is made a collector of text. */
  out: { add(piece: string): void };
  readonly variables: Map<string, Value>;
  readonly log: (message: string) => void;
}

/** How a piece of a template ended: undefined went through, 'break' leaves the loop around it, 'stop' the template. */
export type Ending = undefined | 'break' | 'stop';
export type Step = (rendering: Rendering) => Ending;
export type Evaluation = (rendering: Rendering) => Value;

/** Variables that a loop makes besides its own, and the property of `$foreach` that is their value. */
const LOOP_VARIABLES: Readonly<Record<string, string>> = { velocityCount: 'count', velocityHasNext: 'hasNext' };

export function variableOf({ variables }: Rendering, name: string): Value {
  const value = variables.get(name);
  if (value instanceof Argument) return value.evaluate();
  if (value !== undefined) return value;
  const loop = name in LOOP_VARIABLES ? variables.get('foreach') : undefined;
  return loop instanceof Loop ? (loop.property(LOOP_VARIABLES[name] ?? '') ?? null) : null;
}

/** Runs something with the variables that a macro's parameters hide. */
export function withVariables(
  rendering: Rendering,
  hidden: ReadonlyMap<string, Value | undefined>,
  run: () => Value,
): Value {
  const { variables } = rendering;
  const inner = [...hidden.keys()].map((name) => [name, variables.get(name)] as const);
  for (const [name, value] of hidden)
    if (value === undefined) variables.delete(name);
    else variables.set(name, value);
  try {
    return run();
  } finally {
    for (const [name, value] of inner)
      if (value === undefined) variables.delete(name);
      else variables.set(name, value);
  }
}

/** Output that is wanted as text. */
class Collected {
  text = '';

  add(piece: string): void {
    this.text += piece;
  }
}

/** What a piece prints, as text. */
export function captured(step: Step, rendering: Rendering): string {
  const before = rendering.out;
  const collected = new Collected();
  rendering.out = collected;
  step(rendering);
  rendering.out = before;
  return collected.text;
}

/** What `#define` makes: rendered anew each time it is used. */
export class DefinedBlock extends Scope {
  constructor(private readonly render: () => string) {
    super();
  }

  property(): undefined {
    return undefined;
  }

  override toString(): string {
    return this.render();
  }
}

/** A macro's parameter. */
export class Argument extends Scope {
  constructor(readonly evaluate: () => Value) {
    super();
  }

  property(): undefined {
    return undefined;
  }
}
