import { type JsonNode, JsonSyntaxError, parseJson } from '../json';

/** A body's bytes and, read once when first asked for, the JSON in them. */
export class RequestBody {
  private parsed: { readonly node: JsonNode | undefined } | undefined;

  constructor(readonly bytes: Buffer) {}

  /** The JSON; an empty body counts as `{}`; undefined if the bytes are no JSON. */
  get json(): JsonNode | undefined {
    this.parsed ??= { node: this.parse() };
    return this.parsed.node;
  }

  /** The bytes as text, what is no UTF-8 replaced. */
  get text(): string {
    return this.bytes.length === 0 ? '{}' : this.bytes.toString('utf8');
  }

  private parse(): JsonNode | undefined {
    try {
      return parseJson(this.bytes.length === 0 ? '{}' : this.bytes);
    } catch (error) {
      if (error instanceof JsonSyntaxError) return undefined;
      throw error;
    }
  }
}
