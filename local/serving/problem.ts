/** A request that cannot be answered as asked; the message is for whoever asked. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** @throws Problem 404 that says what there is. */
export function unknown(what: string, name: string, known: readonly string[]): Problem {
  return new Problem(404, `no ${what} '${name}' (known: ${known.join(', ')})`);
}
