/** A lock that many callers can hold together (`beside`), or one caller alone (`alone`). */
export class Gate {
  private readonly inside = new Set<Promise<unknown>>();
  private last: Promise<unknown> = Promise.resolve();

  /** Runs `work` together with other work, after earlier calls of `alone` have ended. */
  beside<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    const ended: Promise<unknown> = result.catch(() => {}).finally(() => this.inside.delete(ended));
    this.inside.add(ended);
    return result;
  }

  /** Runs `work` after all earlier calls have ended. Later calls wait for it. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const result = Promise.all([this.last, ...this.inside]).then(work);
    this.last = result.catch(() => {});
    return result;
  }
}
