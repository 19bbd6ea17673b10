import { Reply, wholeNumber } from '../serving';
import type { BeingComputed } from '../serving/contract';

interface Job {
  readonly startedMs: number;
  readonly result: Promise<unknown>;
}

/** What is computed is kept for whoever asked and did not wait. */
const KEPT_MS = 60_000;
const LONGEST_MS = 60_000;

/** Work that may go through whole tables: done once for all who ask, and whoever does not want to wait for it is told that it goes on. */
export class Underway {
  private readonly jobs = new Map<string, Job>();

  /**
   * The result of `work`, or after `within` ms, where that is said, an answer 202 that says since when it is being computed.
   *
   * @param name of the work, with all that its result depends on: nobody gets what was begun for another
   * @param isKept whether the result stays for a minute, for whoever asks again
   * @throws Problem 400; whatever `work` throws
   */
  async within<T>(
    within: string | undefined,
    { name, what, isKept = false }: { readonly name: string; readonly what: string; readonly isKept?: boolean },
    work: () => Promise<T>,
  ): Promise<T | Reply> {
    const patienceMs =
      within === undefined ? undefined : wholeNumber('within', within, { otherwise: 0, most: LONGEST_MS });
    const job = this.jobs.get(name) ?? this.begin(name, work, isKept);
    if (patienceMs === undefined) return job.result as Promise<T>;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, patienceMs, undefined);
    });
    const first = await Promise.race([job.result.then((result) => ({ result })), late]).finally(() =>
      clearTimeout(timer),
    );
    if (first !== undefined) return first.result as T;
    const computing: BeingComputed = { computing: what, sinceMs: job.startedMs };
    return new Reply(JSON.stringify(computing), { 'content-type': 'application/json; charset=utf-8' }, 202);
  }

  private begin(name: string, work: () => Promise<unknown>, isKept: boolean): Job {
    const job: Job = { startedMs: Date.now(), result: work() };
    this.jobs.set(name, job);
    const forget = () => this.jobs.delete(name);
    job.result.then(() => {
      if (isKept) setTimeout(forget, KEPT_MS).unref();
      else forget();
    }, forget);
    return job;
  }
}
