import { VelocityList, VelocityMap } from './collections';
import { itemsOf, Loop } from './loop';
import { callMethod, isKnownMethod, readIndex, readProperty } from './methods';
import {
  Argument,
  captured,
  DefinedBlock,
  type Ending,
  type Evaluation,
  type Rendering,
  type Step,
  variableOf,
  withVariables,
} from './rendering';
import type { Access, Expression, Position, Reference, Statement, Template } from './syntax';
import { TemplateSyntaxError } from './syntax';
import { calculate, compare, intOf, isEqual, isTrue, Scope, TemplateError, textOf, type Value } from './values';

/** A foreach loop ends after this many turns: API Gateway documents it as the maximum. */
export const MAX_ITERATIONS = 1000;
/** A range is built before its loop begins; the limit keeps a range from a request's data from filling the memory. */
const MAX_RANGE = 1_000_000;

/** The classes behind the names that every template knows, such as `$input` and `$util`. */
export type Vocabulary = Readonly<
  Record<string, { readonly methods: ReadonlySet<string>; readonly properties?: ReadonlySet<string> }>
>;

/** Compiles a syntax tree to closures; rendering a template then only calls them. */
export function compile(template: Template, vocabulary: Vocabulary): Step {
  return new Compiler(vocabulary).template(template);
}

class Compiler {
  private readonly macros = new Map<string, { readonly parameters: readonly string[]; body: Step }>();
  private readonly calls: { readonly name: string; readonly at: Position }[] = [];

  constructor(private readonly vocabulary: Vocabulary) {}

  template(template: Template): Step {
    const step = this.block(template);
    const unknown = this.calls.find(({ name }) => !this.macros.has(name));
    if (unknown) throw new TemplateSyntaxError(`there is no directive or macro #${unknown.name}`, unknown.at);
    return step;
  }

  private block(statements: Template): Step {
    const steps = statements.map((statement) => this.statement(statement));
    if (steps.length === 1 && steps[0]) return steps[0];
    return (rendering) => {
      for (const step of steps) {
        const ending = step(rendering);
        if (ending !== undefined) return ending;
      }
      return undefined;
    };
  }

  private statement(statement: Statement): Step {
    switch (statement.type) {
      case 'text': {
        const { text } = statement;
        return (rendering) => {
          rendering.out.add(text);
          return undefined;
        };
      }
      case 'print':
        return this.print(statement);
      case 'set':
        return this.set(statement.target, this.expression(statement.value));
      case 'if':
        return this.if(statement);
      case 'foreach':
        return this.foreach(statement);
      case 'define': {
        const body = this.block(statement.body);
        return (rendering) => {
          rendering.variables.set(statement.name, new DefinedBlock(() => captured(body, rendering)));
          return undefined;
        };
      }
      case 'macro':
        this.macros.set(statement.name, { parameters: statement.parameters, body: this.block(statement.body) });
        return () => undefined;
      case 'call':
        return this.call(statement);
      case 'break':
        return () => 'break';
      case 'stop':
        return () => 'stop';
    }
  }

  private print({ reference, escape: { backslashes, literal } }: Statement & { type: 'print' }): Step {
    const value = this.reference(reference);
    if (backslashes === 0)
      return (rendering) => {
        rendering.out.add(textOf(value(rendering)));
        return undefined;
      };
    const half = '\\'.repeat(backslashes >> 1);
    return (rendering) => {
      const printed = value(rendering);
      rendering.out.add(
        backslashes % 2 === 0 ? half + textOf(printed) : half + (printed === null ? '\\' : '') + literal,
      );
      return undefined;
    };
  }

  /** Null is not assigned: the variable keeps its old value, as in Velocity 1.7. */
  private set(target: Reference, value: Evaluation): Step {
    const last = target.path.at(-1);
    if (last === undefined) {
      const { name } = target;
      return (rendering) => {
        const assigned = value(rendering);
        if (assigned !== null) rendering.variables.set(name, assigned);
        return undefined;
      };
    }
    const owner = this.reference({ ...target, path: target.path.slice(0, -1) });
    const key = last.type === 'index' ? this.expression(last.index) : () => last.name;
    return (rendering) => {
      const assigned = value(rendering);
      if (assigned === null) return undefined;
      const holder = owner(rendering);
      const name = key(rendering);
      if (holder instanceof VelocityMap) holder.entries.set(textOf(name), assigned);
      else if (holder instanceof VelocityList) callMethod(holder, 'set', [name, assigned]);
      else if (holder instanceof Scope && !holder.assign(textOf(name), assigned))
        throw new TemplateError(`$${target.name} cannot be assigned ${textOf(name)}`);
      return undefined;
    };
  }

  private if({ branches, otherwise }: Statement & { type: 'if' }): Step {
    const steps = branches.map(({ condition, body }) => ({
      condition: this.condition(condition),
      body: this.block(body),
    }));
    const last = this.block(otherwise);
    return (rendering) => {
      for (const { condition, body } of steps) if (condition(rendering)) return body(rendering);
      return last(rendering);
    };
  }

  private foreach({ variable, over, body: statements }: Statement & { type: 'foreach' }): Step {
    const items = this.expression(over);
    const body = this.block(statements);
    return (rendering) => {
      const { variables } = rendering;
      const values = itemsOf(items(rendering));
      if (values.length > MAX_ITERATIONS)
        rendering.log(`#foreach over ${values.length} items stopped after ${MAX_ITERATIONS}, the limit of API Gateway`);
      const count = Math.min(values.length, MAX_ITERATIONS);
      const loop = new Loop(count, values.length, variables.get('foreach') ?? null);
      const outer = [variable, 'foreach'].map((name) => [name, variables.get(name)] as const);
      variables.set('foreach', loop);
      let ending: Ending;
      for (; loop.at < count && ending === undefined; loop.at++) {
        variables.set(variable, values[loop.at] ?? null);
        ending = body(rendering);
      }
      for (const [name, value] of outer)
        if (value === undefined) variables.delete(name);
        else variables.set(name, value);
      return ending === 'stop' ? 'stop' : undefined;
    };
  }

  /** Arguments go by name: each use of a parameter evaluates its argument anew where the macro was called. */
  private call({ name, args, at }: Statement & { type: 'call' }): Step {
    this.calls.push({ name, at });
    const values = args.map((argument) => this.expression(argument));
    return (rendering) => {
      const macro = this.macros.get(name);
      if (!macro) throw new TemplateError(`there is no macro #${name}`);
      const { variables } = rendering;
      const outer = macro.parameters.map((parameter) => [parameter, variables.get(parameter)] as const);
      const caller = new Map(outer);
      macro.parameters.forEach((parameter, index) => {
        const value = values[index];
        if (value)
          variables.set(parameter, new Argument(() => withVariables(rendering, caller, () => value(rendering))));
        else variables.delete(parameter);
      });
      const ending = macro.body(rendering);
      for (const [parameter, value] of outer)
        if (value === undefined) variables.delete(parameter);
        else variables.set(parameter, value);
      return ending === 'stop' ? 'stop' : undefined;
    };
  }

  private expression(expression: Expression): Evaluation {
    switch (expression.type) {
      case 'literal': {
        const { value } = expression;
        return () => value;
      }
      case 'interpolation':
        return this.interpolation(expression.body);
      case 'list': {
        const items = expression.items.map((item) => this.expression(item));
        return (rendering) => new VelocityList(items.map((item) => item(rendering)));
      }
      case 'range':
        return this.range(this.expression(expression.from), this.expression(expression.to));
      case 'map': {
        const entries = expression.entries.map(
          ([key, value]) => [this.expression(key), this.expression(value)] as const,
        );
        return (rendering) =>
          new VelocityMap(new Map(entries.map(([key, value]) => [textOf(key(rendering)), value(rendering)])));
      }
      case 'reference':
        return this.reference(expression.reference);
      case 'not': {
        const operand = this.condition(expression.operand);
        return (rendering) => !operand(rendering);
      }
      case 'binary':
        return this.binary(expression);
    }
  }

  private interpolation(body: Template): Evaluation {
    const parts = body.map((part) => this.plainPart(part));
    if (parts.every((part) => part !== undefined))
      return (rendering) => {
        let text = '';
        for (const part of parts) text += typeof part === 'string' ? part : textOf(part(rendering));
        return text;
      };
    const step = this.block(body);
    return (rendering) => captured(step, rendering);
  }

  /** One part of a string: a fixed text, or a step that prints text. */
  private plainPart(part: Statement): string | Evaluation | undefined {
    if (part.type === 'text') return part.text;
    return part.type === 'print' && part.escape.backslashes === 0 ? this.reference(part.reference) : undefined;
  }

  private range(from: Evaluation, to: Evaluation): Evaluation {
    return (rendering) => {
      const first = intOf(from(rendering));
      const last = intOf(to(rendering));
      if (first === undefined || last === undefined) return null;
      const size = Math.abs(last - first) + 1;
      if (size > MAX_RANGE) throw new TemplateError(`the range [${first}..${last}] has more than ${MAX_RANGE} numbers`);
      const step = first <= last ? 1 : -1;
      return new VelocityList(Array.from({ length: size }, (_, index) => BigInt(first + index * step)));
    };
  }

  /** Whether Velocity 1.7 treats a condition as true. A literal text, number, list, map or sum is never true. */
  private condition(expression: Expression): (rendering: Rendering) => boolean {
    const isRead =
      expression.type === 'reference' ||
      expression.type === 'not' ||
      (expression.type === 'literal' && typeof expression.value === 'boolean') ||
      (expression.type === 'binary' && !ARITHMETIC.has(expression.operator));
    if (!isRead) return () => false;
    const value = this.expression(expression);
    return (rendering) => isTrue(value(rendering));
  }

  private binary({ operator, left: leftSide, right: rightSide }: Expression & { type: 'binary' }): Evaluation {
    if (operator === '||' || operator === '&&') {
      const left = this.condition(leftSide);
      const right = this.condition(rightSide);
      return operator === '||'
        ? (rendering) => left(rendering) || right(rendering)
        : (rendering) => left(rendering) && right(rendering);
    }
    const left = this.expression(leftSide);
    const right = this.expression(rightSide);
    switch (operator) {
      case '==':
        return (rendering) => isEqual(left(rendering), right(rendering));
      case '!=':
        return (rendering) => !isEqual(left(rendering), right(rendering));
      case '<':
      case '>':
      case '<=':
      case '>=':
        return (rendering) => compare(operator, left(rendering), right(rendering));
      default:
        return (rendering) => calculate(operator, left(rendering), right(rendering));
    }
  }

  private reference({ name, path, at }: Reference): Evaluation {
    this.check(name, path, at);
    const accesses = path.map((access) => this.access(access));
    if (accesses.length === 0) return (rendering) => variableOf(rendering, name);
    return (rendering) => {
      let value = variableOf(rendering, name);
      for (const access of accesses) {
        if (value === null) return null;
        value = access(value, rendering);
      }
      return value;
    };
  }

  private access(access: Access): (target: Value, rendering: Rendering) => Value {
    switch (access.type) {
      case 'property':
        return (target) => readProperty(target, access.name);
      case 'index': {
        const index = this.expression(access.index);
        return (target, rendering) => readIndex(target, index(rendering));
      }
      case 'method': {
        const { name } = access;
        const args = access.args.map((argument) => this.expression(argument));
        return (target, rendering) =>
          callMethod(
            target,
            name,
            args.map((argument) => argument(rendering)),
          );
      }
    }
  }

  /** Refuses a method or a property that no class has, such as a typing error, when the template is loaded. */
  private check(name: string, path: readonly Access[], at: Position): void {
    const known = this.vocabulary[name];
    path.forEach((access, index) => {
      const own = index === 0 ? known : undefined;
      if (
        access.type === 'method' &&
        !(own ? own.methods.has(access.name) : isKnownMethod(access.name) || ENTRY_METHODS.has(access.name))
      )
        throw new TemplateSyntaxError(`$${name} has no method ${access.name}() in this gateway`, at);
      // In Java every value has a class, but a template that reads `.class` means a member named `class`.
      if (access.type === 'property' && access.name === 'class' && !own)
        throw new TemplateSyntaxError(
          `$${name} … .class is the Java class of a value, which is not supported; read a member named class with .get("class")`,
          at,
        );
      if (access.type === 'property' && own?.properties && !own.properties.has(access.name))
        throw new TemplateSyntaxError(`$${name} has no ${access.name}`, at);
    });
  }
}

const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%']);
const ENTRY_METHODS = new Set(['getKey', 'getValue']);
