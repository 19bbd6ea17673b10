/** Databricks refused a call, or did not answer in JSON. */
export class DatabricksError extends Error {
  override readonly name = 'DatabricksError';

  constructor(
    call: string,
    readonly status: number,
    readonly code: string,
    readonly reason: string,
  ) {
    super(`${call} answered ${[status, code, reason].filter(Boolean).join(' ')}`);
  }

  /** Whether the object does not exist. Databricks reports a missing job by 400 and a message, other objects by a code. */
  get isGone(): boolean {
    return (
      this.code === 'RESOURCE_DOES_NOT_EXIST' || (this.status === 400 && /(does not|doesn't) exist/.test(this.reason))
    );
  }

  get isThereAlready(): boolean {
    return /ALREADY_EXISTS/.test(this.code) || /already exists/.test(this.reason);
  }

  /** Whether the call did nothing and may be repeated. */
  get isBusy(): boolean {
    return this.status === 429 || this.status === 503;
  }
}

/**
 * Code and reason of an error in any of Databricks' forms: an object with one of three sets of fields, the text
 * `CODE: reason`, a page of HTML, an empty body.
 */
export function readError(text: string): { code: string; reason: string } {
  const bare = text.trim();
  if (bare.startsWith('<')) return { code: '', reason: 'a page of HTML' };
  try {
    const body: unknown = JSON.parse(bare);
    if (typeof body === 'object' && body !== null) {
      const { error_code, message, error, detail } = body as Record<string, unknown>;
      return { code: textOf(error_code), reason: textOf(message) || textOf(error) || textOf(detail) };
    }
  } catch {
    // Not JSON: the next line reads it as it is.
  }
  const [, code = '', reason = bare] = /^([A-Z_]+): ([\s\S]*)$/.exec(bare) ?? [];
  return { code, reason: reason.slice(0, 500) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
