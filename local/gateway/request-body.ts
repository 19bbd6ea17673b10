import { type JsonNode, JsonSyntaxError, parseJson } from '../json';

/** A body's bytes, and the JSON in them. The JSON is parsed once, at the first use. */
export class RequestBody {
  private parsed: { readonly node: JsonNode | undefined } | undefined;

  constructor(readonly bytes: Buffer) {}

  /** The JSON. An empty body counts as `{}`. Undefined when the bytes are not JSON. */
  get json(): JsonNode | undefined {
    this.parsed ??= { node: this.parse() };
    return this.parsed.node;
  }

  /** The bytes as text. Bytes that are not UTF-8 become U+FFFD. */
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
