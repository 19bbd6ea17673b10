import { setTimeout as pause } from 'node:timers/promises';

/** Longest that one check may take, so that none can hang the others. */
export const CHECK_LIMIT_MS = 120_000;

/** Does one check, says how it went, and goes on either way. */
export type Check = (what: string, work: () => Promise<void>) => Promise<void>;

/** Checks as they are done, on stderr, and how many of them passed. */
export class Checks {
  passed = 0;
  failed = 0;

  readonly check: Check = async (what, work) => {
    const startMs = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${CHECK_LIMIT_MS / 1000} s`)), CHECK_LIMIT_MS);
    });
    try {
      await Promise.race([work(), tooLong]);
      this.passed += 1;
      console.error(`passed  ${what} (${Math.round(performance.now() - startMs)} ms)`);
    } catch (error) {
      this.failed += 1;
      console.error(`FAILED  ${what}: ${(error as Error).message}`);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Tries until nothing is thrown, or throws the last error. */
export async function until(work: () => Promise<void>, withinMs = 40_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(300);
    }
  }
}
