/** A line on a terminal that redraws itself; on anything else it stays silent. */
export class ProgressBar {
  private drawn = false;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  /** @param done of `total`, in whatever unit; @param text stands behind the bar. */
  draw(done: number, total: number, text: string): void {
    if (!this.stream.isTTY) return;
    const width = 30;
    const filled = Math.floor(width * Math.min(1, total === 0 ? 1 : done / total));
    this.stream.write(`\r\x1b[K${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${text}`);
    this.drawn = true;
  }

  /** Wipes the line, so that what follows starts clean. */
  clear(): void {
    if (this.drawn) this.stream.write('\r\x1b[K');
    this.drawn = false;
  }
}
