/** Databricks refused a call, or answered with something that is no answer. */
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

  /** What was asked for is not there: a job is reported by 400 and its message, everything else by its code. */
  get isGone(): boolean {
    return (
      this.code === 'RESOURCE_DOES_NOT_EXIST' || (this.status === 400 && /(does not|doesn't) exist/.test(this.reason))
    );
  }

  get isThereAlready(): boolean {
    return /ALREADY_EXISTS/.test(this.code) || /already exists/.test(this.reason);
  }

  /** Another try may succeed, and this one did nothing. */
  get isBusy(): boolean {
    return this.status === 429 || this.status === 503;
  }
}

/**
 * Code and reason of an error in whatever form it comes: an object in one of three dialects, `CODE: text`
 * bare, a page of HTML, nothing.
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
