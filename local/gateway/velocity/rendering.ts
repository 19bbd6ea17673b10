import { Loop } from './loop';
import { Scope, type Value } from './values';

/** One rendering: its variables and its output so far. */
export interface Rendering {
  /** Receives the printed text: the output of the template, or a string in double quotes while it is built. */
  out: { add(piece: string): void };
  readonly variables: Map<string, Value>;
  readonly log: (message: string) => void;
}

/** How a step of a template ended: undefined is the normal end, 'break' leaves the loop, 'stop' ends the template. */
export type Ending = undefined | 'break' | 'stop';
export type Step = (rendering: Rendering) => Ending;
export type Evaluation = (rendering: Rendering) => Value;

/** Variables that every loop sets, such as `$velocityCount`, with the property of `$foreach` that gives their value. */
const LOOP_VARIABLES: Readonly<Record<string, string>> = { velocityCount: 'count', velocityHasNext: 'hasNext' };

export function variableOf({ variables }: Rendering, name: string): Value {
  const value = variables.get(name);
  if (value instanceof Argument) return value.evaluate();
  if (value !== undefined) return value;
  const loop = name in LOOP_VARIABLES ? variables.get('foreach') : undefined;
  return loop instanceof Loop ? (loop.property(LOOP_VARIABLES[name] ?? '') ?? null) : null;
}

/** Calls `run` with the variables that a macro's parameters hide. */
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

/** Collects output as text. */
class Collected {
  text = '';

  add(piece: string): void {
    this.text += piece;
  }
}

/** The text that a step prints. */
export function captured(step: Step, rendering: Rendering): string {
  const before = rendering.out;
  const collected = new Collected();
  rendering.out = collected;
  step(rendering);
  rendering.out = before;
  return collected.text;
}

/** A block of `#define`, rendered again at each use. */
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
