import type { z } from 'zod';

/** An error of the service, in its words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const invalid = (message: string) => new Refusal(400, 'ValidationException', message);
export const conflict = (message: string) => new Refusal(409, 'ConflictException', message);
export const notFound = (message: string) => new Refusal(404, 'ResourceNotFoundException', message);

/** The input as its shape has it. @throws Refusal that names what is wrong */
export function checked<T extends z.ZodType>(shape: T, input: unknown): z.infer<T> {
  const result = shape.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
  throw invalid(faults.join('; '));
}
