import { z } from 'zod';

/** A whole number in a range, with an error that names the range. */
export function wholeNumber(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z.int(rule).min(min, rule).max(max, rule);
}

/** Reports a rule that concerns several keys at the key that should change. */
export function refuse(context: z.RefinementCtx, path: (string | number)[], message: string): void {
  context.addIssue({ code: 'custom', path, message, params: { whole: true } });
}

/** Text of a certain form, with an error that says which. */
export function text(form: RegExp, rule: string) {
  return z.string(rule).regex(form, rule);
}
