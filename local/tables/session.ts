import type {
  DuckDBConnection,
  DuckDBInstance,
  DuckDBPreparedStatement,
  DuckDBResultReader,
  DuckDBValue,
} from '@duckdb/node-api';
import { duckdbFunctions, FUNCTIONS_FILE, sqlFunctions } from '@pipeline/datasets/sql';
import { withFiles } from './sql-fault';

/** One connection that does one thing at a time, in the order asked. */
export class Session {
  private last: Promise<unknown> = Promise.resolve();
  private readonly statements = new Map<string, DuckDBPreparedStatement>();

  private constructor(readonly connection: DuckDBConnection) {}

  /** Opens a connection on which the shared SQL functions exist and unqualified names mean relations of `schema`. */
  static async open(instance: DuckDBInstance, schema: string): Promise<Session> {
    const connection = await instance.connect();
    await connection.run(`set timezone = 'UTC';\nset search_path = '${schema}'`);
    const functions = duckdbFunctions();
    await connection.run(functions.join(';\n')).catch((error: unknown) => refused(connection, functions, error));
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

  /** A statement planned once and kept: planning the cleaning of a small batch takes longer than doing it. */
  async prepared(sql: string): Promise<DuckDBPreparedStatement> {
    const known = this.statements.get(sql);
    if (known) return known;
    const statement = await this.connection.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
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
    await this.exclusive(async () => {
      for (const statement of this.statements.values()) statement.destroySync();
      this.connection.closeSync();
    });
  }
}

/** @throws SqlFault that names the function which the database does not take */
async function refused(connection: DuckDBConnection, functions: readonly string[], error: unknown): Promise<never> {
  for (const [at, { name }] of sqlFunctions().entries()) {
    await withFiles(functions[at]!, [{ file: `${FUNCTIONS_FILE}, ${name}`, text: '' }], (sql) => connection.run(sql));
  }
  throw error;
}
