import type { DuckDBConnection, DuckDBInstance, DuckDBResultReader, DuckDBValue } from '@duckdb/node-api';
import { duckdbFunctions } from '@pipeline/datasets/sql';

/** One connection that does one thing at a time, in the order asked. */
export class Session {
  private last: Promise<unknown> = Promise.resolve();

  private constructor(readonly connection: DuckDBConnection) {}

  /** Opens a connection on which the shared SQL functions exist and unqualified names mean tables of `schema`. */
  static async open(instance: DuckDBInstance, schema: string): Promise<Session> {
    const connection = await instance.connect();
    await connection.run("set timezone = 'UTC'");
    for (const statement of duckdbFunctions()) await connection.run(statement);
    await connection.run(`set search_path = '${schema}'`);
    return new Session(connection);
  }

  /** Waits for everything asked before, then does `work`. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return result;
  }

  /** All rows of one statement. */
  read(sql: string, values?: DuckDBValue[]): Promise<DuckDBResultReader> {
    return this.exclusive(() => this.connection.runAndReadAll(sql, values));
  }

  /** Does `work` in one transaction: all of it is committed, or nothing. */
  transaction(work: () => Promise<void>): Promise<void> {
    return this.exclusive(async () => {
      await this.connection.run('begin transaction');
      try {
        await work();
        await this.connection.run('commit');
      } catch (error) {
        // After a failed commit there is no transaction left to roll back.
        await this.connection.run('rollback').catch(() => {});
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.exclusive(async () => this.connection.closeSync());
  }
}
