/** What is wrong with a JSON text, for callers that word it in their own way. */
export type JsonProblem =
  | 'invalid-utf8'
  | 'end'
  | 'unexpected'
  /** A whole value, and something behind it. */
  | 'trailing'
  | 'bad-escape'
  | 'control-character'
  | 'bad-number'
  | 'number-too-long'
  | 'too-deep';

/** The text is no JSON, or nests deeper or counts longer than the limits allow. `offset` is in bytes from the start of the text. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';

  constructor(
    readonly problem: JsonProblem,
    what: string,
    readonly offset: number,
  ) {
    super(`JSON at byte ${offset}: ${what}`);
  }
}
