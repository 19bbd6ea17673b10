/** Lets many do their work side by side, or one alone. */
export class Gate {
  private readonly inside = new Set<Promise<unknown>>();
  private last: Promise<unknown> = Promise.resolve();

  /** Works beside others, after whoever asked before to be alone. */
  beside<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    const ended: Promise<unknown> = result.catch(() => {}).finally(() => this.inside.delete(ended));
    this.inside.add(ended);
    return result;
  }

  /** Works when everybody who asked before has ended, and keeps later ones waiting. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const result = Promise.all([this.last, ...this.inside]).then(work);
    this.last = result.catch(() => {});
    return result;
  }
}
