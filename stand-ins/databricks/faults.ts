import { z } from 'zod';

/** One planned failure. It meets the next call that it fits, `times` times, in the order in which faults were planned. */
export const fault = z.strictObject({
  /** Path as the call wrote it, or its end: `/jobs/create` fits both API versions. Fits every call when left out. */
  path: z.string().optional(),
  method: z.enum(['GET', 'POST']).optional(),
  times: z.int().min(1).default(1),
  /** Do the work, and then lose the answer: what a client sees when a gateway times out behind a success. */
  afterwards: z.boolean().default(false),
  /** Close the connection without an answer. */
  hangUp: z.boolean().default(false),
  status: z.int().min(200).max(599).default(503),
  headers: z.record(z.string(), z.string()).default({}),
  /** Text is sent as it is (HTML, `ERROR_CODE: message`, nothing); anything else as JSON. */
  body: z.json().default({
    error_code: 'TEMPORARILY_UNAVAILABLE',
    message: 'The service at this address is temporarily unavailable.',
  }),
});
export type Fault = z.infer<typeof fault>;

export class Faults {
  private planned: Fault[] = [];

  plan(input: z.input<typeof fault>): void {
    this.planned.push(fault.parse(input));
  }

  /** How many failures have still to happen. A test that planned some can assert 0. */
  left(): number {
    return this.planned.reduce((sum, each) => sum + each.times, 0);
  }

  /** The fault that this call meets, used up by one. */
  take(method: string, path: string): Fault | undefined {
    const found = this.planned.find(
      (each) =>
        (each.method === undefined || each.method === method) && (each.path === undefined || path.endsWith(each.path)),
    );
    if (found === undefined) return undefined;
    this.planned = this.planned.flatMap((each) =>
      each !== found ? each : each.times > 1 ? [{ ...each, times: each.times - 1 }] : [],
    );
    return found;
  }
}
