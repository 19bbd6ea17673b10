import { compactText } from '../../json';
import type { RequestBody } from '../request-body';
import { fromJson, VelocityList, VelocityMap } from './collections';
import { type FoundValue, jsonPath, PickedMembers } from './json-path';
import { isText, JsonText, Scope, textOf, type Value } from './values';

/** Parameters of a request: from the path, the query string and the headers. Header names are in lower case. */
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

  /** The JSON text of the value at a path; `""` when the body has no such value. */
  private json(path: string): Value {
    const root = this.body.json;
    const found = root && jsonPath(path).find(root);
    if (found === undefined) return '""';
    if (isList(found)) return `[${found.map(foundText).join(',')}]`;
    return found instanceof PickedMembers ? foundText(found) : new JsonText(found);
  }

  /** The value at a path; null when the body has no such value. */
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

/** A header's value. Header names arrive in lower case, so `name` is found in any case. */
class HeaderMap extends VelocityMap {
  override get(key: string): Value | undefined {
    return super.get(key) ?? super.get(key.toLowerCase());
  }
}

const own = (values: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

/** A map of texts that a template can read. */
export const mapOf = (values: Readonly<Record<string, string>>): VelocityMap =>
  new VelocityMap(new Map(Object.entries(values)));
