import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Writes DuckDB's log of changes into its file now and then. DuckDB does so by itself only when nobody else writes at that moment, which
 * six writers of long transactions never come to: the log of a million posts grew to 1.7 GB, which memory held and the next start read.
 */
export class Checkpoints {
  private underway: Promise<unknown> | undefined;

  /**
   * @param connection of this alone
   * @param file the tables' file
   * @param limitBytes length of the log from which on it is written
   */
  constructor(
    private readonly connection: DuckDBConnection,
    private readonly file: string,
    private readonly limitBytes: number,
  ) {}

  /** Does `write` beside what others write, but begins none while the log is being written: it would keep one of Node's few threads waiting. */
  async beside<T>(write: () => Promise<T>): Promise<T> {
    while (this.underway) await this.underway;
    try {
      return await write();
    } finally {
      if (!this.underway && this.isDue()) this.begin();
    }
  }

  /** Waits until no log is being written, then closes the connection. */
  async close(): Promise<void> {
    await this.underway;
    this.connection.closeSync();
  }

  /** What others have not committed goes on beside it. What was committed stays in the log when this fails, and is written at another time. */
  private begin(): void {
    this.underway = this.connection
      .run('checkpoint')
      .catch(() => {})
      .finally(() => {
        this.underway = undefined;
      });
  }

  /** A checkpoint that finds the disk full would cost the open tables: it waits until there is room. */
  private isDue(): boolean {
    const log = statSync(`${this.file}.wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (log < this.limitBytes) return false;
    const { bavail, bsize } = statfsSync(dirname(this.file));
    return bavail * bsize > 2 * log;
  }
}
