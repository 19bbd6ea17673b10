const BAR_WIDTH = 24;

/** A line on a terminal that redraws itself; on anything else it stays silent. */
export class ProgressLine {
  private drawn = false;

  constructor(private readonly stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>) {}

  /** @param parts what to say, the most telling first: those at the end are left out where the terminal is too narrow. */
  draw(...parts: readonly string[]): void {
    if (!this.stream.isTTY) return;
    this.stream.write(`\r\x1b[K${fitting(parts, (this.stream.columns || 80) - 1)}`);
    this.drawn = true;
  }

  /** Wipes the line, so that what follows starts clean. */
  clear(): void {
    if (this.drawn) this.stream.write('\r\x1b[K');
    this.drawn = false;
  }
}

/** How much is done, as a bar. */
export function bar(done: number, total: number): string {
  const filled = Math.floor(BAR_WIDTH * share(done, total));
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
}

/** How much is done, in whole per cent, and never more than there is. */
export function percent(done: number, total: number): string {
  return `${Math.floor(share(done, total) * 100)} %`;
}

function share(done: number, total: number): number {
  return total === 0 ? 1 : Math.min(1, done / total);
}

function fitting(parts: readonly string[], width: number): string {
  let count = parts.length;
  while (count > 1 && parts.slice(0, count).join(' · ').length > width) count--;
  return parts.slice(0, count).join(' · ').slice(0, width);
}
