import type {
  DuckDBConnection,
  DuckDBInstance,
  DuckDBPreparedStatement,
  DuckDBResultReader,
  DuckDBValue,
} from '@duckdb/node-api';
import { FUNCTIONS_FILE } from '@pipeline/datasets/sql';
import { type SharedFunction, sharedFunctions } from './rules-digest';
import { withFiles } from './sql-fault';

/** One connection that does one thing at a time, in the order asked. */
export class Session {
  private last: Promise<unknown> = Promise.resolve();
  private readonly statements = new Map<string, DuckDBPreparedStatement>();

  private constructor(
    readonly connection: DuckDBConnection,
    private known: readonly SharedFunction[],
  ) {}

  /**
   * Opens a connection on which the shared SQL functions exist and unqualified names mean relations of `schema`.
   *
   * @param functions the shared ones. @default as their file says now
   * @throws SqlFault that names the function which the database does not take
   */
  static async open(
    instance: DuckDBInstance,
    schema: string,
    functions: readonly SharedFunction[] = sharedFunctions(),
  ): Promise<Session> {
    const connection = await instance.connect();
    try {
      await connection.run(`set timezone = 'UTC';\nset search_path = '${schema}'`);
      await create(connection, functions);
    } catch (error) {
      connection.closeSync();
      throw error;
    }
    return new Session(connection, functions);
  }

  /** The shared functions that statements of this session call. */
  get functions(): readonly SharedFunction[] {
    return this.known;
  }

  /** From now on these are the shared functions. @param functions those that another session has taken already */
  replaceFunctions(functions: readonly SharedFunction[]): Promise<void> {
    return this.exclusive(async () => {
      await create(this.connection, functions);
      this.known = functions;
      // A plan holds the functions that it was made with.
      for (const statement of this.statements.values()) statement.destroySync();
      this.statements.clear();
    });
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

async function create(connection: DuckDBConnection, functions: readonly SharedFunction[]): Promise<void> {
  const all = functions.map(({ statement }) => statement).join(';\n');
  await connection.run(all).catch(async (error: unknown) => {
    for (const { name, statement } of functions)
      await withFiles(statement, [{ file: `${FUNCTIONS_FILE}, ${name}`, text: '' }], (sql) => connection.run(sql));
    throw error;
  });
}
