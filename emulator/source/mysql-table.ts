import type { DatasetSchema } from '@pipeline/datasets/schema';
import type { Connection, RowDataPacket } from 'mysql2/promise';

/** A row as it goes on the wire: numbers and text as the database gives them, times as ISO 8601 in UTC. */
export type Row = { readonly [column: string]: string | number | null };

type Cells = (string | number | null)[];

/** Rows that one query fetches. */
const PAGE = 2_000;

/** One source table, read over one connection. */
export class MysqlTable {
  private readonly columns: readonly string[];
  private readonly isTime: readonly boolean[];
  private readonly keyIndex: number;
  private readonly select: string;

  constructor(
    private readonly connection: Connection,
    private readonly schema: DatasetSchema,
  ) {
    this.columns = schema.sourceColumns.map(({ name }) => name);
    this.isTime = schema.sourceColumns.map(({ mysqlType }) => mysqlType === 'DATETIME');
    this.keyIndex = this.columns.indexOf(schema.sourceKey);
    this.select = `SELECT ${this.columns.map(quoted).join(', ')} FROM ${quoted(schema.sourceTable)}`;
  }

  private get key(): string {
    return quoted(this.schema.sourceKey);
  }

  /** Rows in key order, those behind `afterKey` alone when it is given. */
  readFrom(afterKey: number | null): TableReader {
    return new TableReader((after, limit) => this.page(after, limit), afterKey);
  }

  /** Rows of some keys, by key. */
  async rowsOf(keys: readonly number[]): Promise<Map<number, Row[]>> {
    const found = new Map<number, Row[]>();
    for (const cells of await this.query(`${this.select} WHERE ${this.key} IN (?)`, [keys])) {
      const row = this.rowOf(cells);
      const rows = found.get(row.key);
      if (rows === undefined) found.set(row.key, [row.row]);
      else rows.push(row.row);
    }
    return found;
  }

  async count(): Promise<number> {
    const [row] = await this.query(`SELECT COUNT(*) FROM ${quoted(this.schema.sourceTable)}`, []);
    return Number(row![0]);
  }

  /** A row without a key belongs to no post, and no page would ever show it. */
  async refuseRowsWithoutKey(): Promise<void> {
    const [row] = await this.query(
      `SELECT COUNT(*) FROM ${quoted(this.schema.sourceTable)} WHERE ${this.key} IS NULL`,
      [],
    );
    if (Number(row![0]) > 0) {
      throw new Error(
        `${this.schema.sourceTable} has ${row![0]} rows whose ${this.schema.sourceKey} is NULL; they belong to no post, so give them a key or delete them`,
      );
    }
  }

  /** Every key with the time in `column`, earliest first; rows without a time come at the beginning of time. */
  async keysByTime(column: string): Promise<{ key: number; at: number }[]> {
    const rows = await this.query(
      `SELECT DISTINCT ${this.key}, ${quoted(column)} FROM ${quoted(this.schema.sourceTable)} ORDER BY ${quoted(column)}, ${this.key}`,
      [],
    );
    return rows.map(([key, time]) => ({ key: Number(key), at: time === null ? 0 : Date.parse(iso(String(time))) }));
  }

  private async page(after: number | null, limit: number): Promise<KeyedRow[]> {
    const where = after === null ? '' : ` WHERE ${this.key} > ${after}`;
    const cells = await this.query(`${this.select}${where} ORDER BY ${this.key} LIMIT ${limit}`, []);
    return cells.map((row) => this.rowOf(row));
  }

  private rowOf(cells: Cells): KeyedRow {
    const row: Record<string, string | number | null> = {};
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      row[this.columns[i]!] = this.isTime[i] && cell !== null ? iso(cell as string) : cell;
    }
    return { key: Number(cells[this.keyIndex]), row };
  }

  private async query(sql: string, values: unknown[]): Promise<Cells[]> {
    const [rows] = await this.connection.query<RowDataPacket[]>({ sql, values, rowsAsArray: true });
    return rows as unknown as Cells[];
  }
}

interface KeyedRow {
  readonly key: number;
  readonly row: Row;
}

/** A table in key order, one page in hand and the next on its way. */
export class TableReader {
  private page: KeyedRow[] = [];
  private at = 0;
  private next: Promise<KeyedRow[]> | undefined;

  constructor(
    private readonly fetch: (after: number | null, limit: number) => Promise<KeyedRow[]>,
    private after: number | null,
  ) {
    this.next = this.prefetched();
  }

  /** Key of the row that `take` would give; `undefined` when `fill` has to be called, or at the end. */
  get key(): number | undefined {
    return this.page[this.at]?.key;
  }

  take(): Row {
    return this.page[this.at++]!.row;
  }

  /** Waits for the next page, when the one in hand is used up. */
  async fill(): Promise<void> {
    if (this.next === undefined || this.at < this.page.length) return;
    this.page = await this.next;
    this.at = 0;
    this.next = this.page.length === 0 ? undefined : this.prefetched();
  }

  /** A page is read ahead, so it may fail before the reader asks for it. The error is kept, and the reader gets it when it asks. */
  private prefetched(): Promise<KeyedRow[]> {
    const page = this.fetchNext();
    page.catch(() => undefined);
    return page;
  }

  /** Rows of whole keys: when a full page ends, rows of its last key may be still to come, so that key is left to the next. */
  private async fetchNext(): Promise<KeyedRow[]> {
    for (let limit = PAGE; ; limit *= 2) {
      const page = await this.fetch(this.after, limit);
      const isLast = page.length < limit;
      const last = page.at(-1)?.key;
      const whole = isLast
        ? page
        : page.slice(
            0,
            page.findIndex(({ key }) => key === last),
          );
      if (whole.length === 0 && !isLast) continue;
      this.after = whole.at(-1)?.key ?? this.after;
      return whole;
    }
  }
}

function iso(time: string): string {
  return `${time.slice(0, 10)}T${time.slice(11)}Z`;
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
