const BAR_WIDTH = 24;

/** What the terminal's own settings say of it: of the environment's variables, those that matter here. */
export type TerminalSettings = Readonly<Partial<Record<'TERM' | 'LC_ALL' | 'LC_CTYPE' | 'LANG', string>>>;

/**
 * A line on a terminal that redraws itself; on anything else it stays silent. A terminal that is `dumb` gets no control sequence,
 * and one whose locale is not UTF-8 gets ASCII alone.
 */
export class ProgressLine {
  private drawn = false;

  constructor(
    private readonly stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>,
    private readonly settings: TerminalSettings = process.env,
  ) {}

  /** @param parts what to say, the most telling first: those at the end are left out where the terminal is too narrow. */
  draw(...parts: readonly string[]): void {
    if (!this.stream.isTTY) return;
    const line = fitting(parts, this.width);
    this.stream.write(`${this.wiping}${isUtf8(this.settings) ? line : inAscii(line)}`);
    this.drawn = true;
  }

  /** Wipes the line, so that what follows starts clean. */
  clear(): void {
    if (this.drawn) this.stream.write(this.wiping);
    this.drawn = false;
  }

  private get width(): number {
    return (this.stream.columns || 80) - 1;
  }

  private get wiping(): string {
    return this.settings.TERM === 'dumb' ? `\r${' '.repeat(this.width)}\r` : '\r\x1b[K';
  }
}

/** False only where the locale says so: Windows and macOS have no such variables, and their consoles take UTF-8. */
function isUtf8({ LC_ALL, LC_CTYPE, LANG }: TerminalSettings): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG;
  return !locale || /utf-?8/i.test(locale);
}

function inAscii(line: string): string {
  return line.replaceAll('█', '#').replaceAll('░', '-').replaceAll('·', '|');
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
