import { compactText } from '../../json';
import type { RequestBody } from '../request-body';
import { fromJson, VelocityList, VelocityMap } from './collections';
import { type FoundValue, jsonPath, PickedMembers } from './json-path';
import { isText, JsonText, Scope, textOf, type Value } from './values';

/** Parameters of a request by where they came from; names of headers in lower case. */
export interface TemplateParameters {
  readonly path: Readonly<Record<string, string>>;
  readonly querystring: Readonly<Record<string, string>>;
  readonly header: Readonly<Record<string, string>>;
}

/** `$input`: the body and the parameters. */
export class Input extends Scope {
  static readonly methods: ReadonlySet<string> = new Set(['json', 'path', 'params']);
  static readonly properties: ReadonlySet<string> = new Set(['body']);

  constructor(
    private readonly body: RequestBody,
    private readonly parameters: TemplateParameters,
  ) {
    super();
  }

  property(name: string): Value | undefined {
    return name === 'body' ? this.body.text : undefined;
  }

  override method(name: string, args: readonly Value[]): Value | undefined {
    if (name === 'params' && args.length === 0) return this.allParameters();
    const argument = args[0] ?? null;
    if (args.length !== 1 || !isText(argument)) return undefined;
    if (name === 'json') return this.json(textOf(argument));
    if (name === 'path') return this.path(textOf(argument));
    return name === 'params' ? this.parameter(textOf(argument)) : undefined;
  }

  override toString(): string {
    return 'input';
  }

  /** JSON text of what a path names; two quotes for nothing. */
  private json(path: string): Value {
    const root = this.body.json;
    const found = root && jsonPath(path).find(root);
    if (found === undefined) return '""';
    if (isList(found)) return `[${found.map(foundText).join(',')}]`;
    return found instanceof PickedMembers ? foundText(found) : new JsonText(found);
  }

  /** What a path names, as a value; null for nothing. */
  private path(path: string): Value {
    const root = this.body.json;
    const found = root && jsonPath(path).find(root);
    if (found === undefined) return null;
    return isList(found) ? VelocityList.ofJson(found.map(foundValue)) : foundValue(found);
  }

  private parameter(name: string): Value {
    const { path, querystring, header } = this.parameters;
    return own(path, name) ?? own(querystring, name) ?? own(header, name) ?? own(header, name.toLowerCase()) ?? null;
  }

  private allParameters(): Value {
    const { path, querystring, header } = this.parameters;
    return new VelocityMap(
      new Map<string, Value>([
        ['path', mapOf(path)],
        ['querystring', mapOf(querystring)],
        ['header', new HeaderMap(new Map(Object.entries(header)))],
      ]),
    );
  }
}

const isList = (found: FoundValue | readonly FoundValue[]): found is readonly FoundValue[] => Array.isArray(found);

const foundValue = (found: FoundValue): Value =>
  found instanceof PickedMembers
    ? new VelocityMap(new Map(found.members.map(([name, member]) => [name, fromJson(member)])))
    : fromJson(found);

const foundText = (found: FoundValue): string =>
  found instanceof PickedMembers
    ? `{${found.members.map(([name, member]) => `${JSON.stringify(name)}:${compactText(member)}`).join(',')}}`
    : compactText(found);

/** Headers arrive with their names in lower case, so they are found in any case. */
class HeaderMap extends VelocityMap {
  override get(key: string): Value | undefined {
    return super.get(key) ?? super.get(key.toLowerCase());
  }
}

const own = (values: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

/** A template's view of plain text values. */
export const mapOf = (values: Readonly<Record<string, string>>): VelocityMap =>
  new VelocityMap(new Map(Object.entries(values)));
