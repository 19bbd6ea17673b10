import { type DuckDBConnection, DuckDBInstance, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import { MISTAKES, type Mistake, mistaken, type Replacement, replaced } from '@pipeline/datasets/mistakes';
import { ARRIVAL_COLUMNS, DATASETS, type Dataset } from '@pipeline/datasets/schema';
import {
  CLEAN_SQL,
  duckdbFunctions,
  duckdbRawRelation,
  duckdbRawRelationOfFiles,
  type View,
  views,
} from '@pipeline/datasets/sql';
import { cleanColumns } from '../tables/ddl';
import { type ViewResult, viewResult } from '../tables/result';
import { textLiteral } from '../tables/text-literal';

/** One raw record: its text and the partition that it came through. Records of a dataset arrive in the order in which they are given. */
export interface Line {
  readonly text: string;
  readonly partition: number;
}

/** Lines that are handed over at a time. */
const LINES_AT_A_TIME = 20_000;

/**
 * Raw records with all that our SQL makes of them, and all that it makes with mistakes in it, in a database in memory. Clean tables are
 * `<schema>.pin`, `.geo` and `.user`; the schema `truth` is without mistakes.
 */
export class Truth {
  private readonly schemas = new Map<string, Promise<Schema | undefined>>();
  private readonly answers = new Map<string, Promise<ViewResult | undefined>>();
  /** What mistakes have in common is made once: tables by the SELECT that makes them, their digests, and answers by these. */
  private readonly tables = new Map<string, Promise<string>>();
  private readonly digests = new Map<string, Promise<string>>();
  private readonly results = new Map<string, Promise<ViewResult>>();

  private constructor(
    private readonly instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
  ) {}

  /** Of the files that the S3 sink wrote. */
  static ofFiles(files: Readonly<Record<Dataset, readonly string[]>>): Promise<Truth> {
    return Truth.open(async (connection, dataset) => {
      const list = files[dataset].map(textLiteral).join(', ');
      const lines = `(select content as line, filename, line_number from (
        select filename, unnest(string_split(content, chr(10))) as content,
          generate_subscripts(string_split(content, chr(10)), 1) as line_number
        from read_text([${list}])) where content <> '')`;
      const none = `(select '' as line, '' as filename, 0::bigint as line_number limit 0)`;
      const raw = duckdbRawRelationOfFiles(dataset, list === '' ? none : lines);
      await connection.run(`create table raw_${dataset} as ${raw}`);
    });
  }

  static ofLines(lines: Readonly<Record<Dataset, readonly Line[]>>): Promise<Truth> {
    return Truth.open(async (connection, dataset) => {
      await connection.run('create or replace temp table lines (line string, arrival_partition string, nth bigint)');
      for (let from = 0; from < lines[dataset].length; from += LINES_AT_A_TIME) {
        const some = lines[dataset].slice(from, from + LINES_AT_A_TIME);
        await connection.run(
          `insert into lines select unnest($1::string[]), unnest($2::string[]), ${from} + generate_subscripts($1::string[], 1)`,
          [listValue(some.map(({ text }) => text)), listValue(some.map(({ partition }) => String(partition)))],
          [LIST(VARCHAR), LIST(VARCHAR)],
        );
      }
      const placed = `(select l.line, l.nth as arrival_time_ms, l.arrival_partition,
        lpad(cast(l.nth as string), 20, '0') as arrival_order from lines as l)`;
      await connection.run(`create table raw_${dataset} as ${duckdbRawRelation(dataset, placed)}`);
    });
  }

  private static async open(load: (connection: DuckDBConnection, dataset: Dataset) => Promise<void>): Promise<Truth> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
    const connection = await instance.connect();
    await connection.run([...duckdbFunctions(), "set timezone = 'UTC'"].join(';\n'));
    for (const dataset of DATASETS) await load(connection, dataset);
    const truth = new Truth(instance, connection);
    await truth.schema([]);
    return truth;
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  /** Schema of the clean tables with mistakes in the cleaning; undefined where these cannot be made together. */
  async schema(mistakes: readonly Mistake[]): Promise<string | undefined> {
    return (await this.made(mistakes, allColumns))?.name;
  }

  /** Whether mistakes in the cleaning change anything that a question reads, or which rows there are. */
  async changes(view: View, mistakes: readonly Mistake[]): Promise<boolean> {
    const [right, made] = [await this.made([], allColumns), await this.made(mistakes, columnsOfQuestions)];
    if (made === undefined) return false;
    return (await this.digestOf(made, view.sql)) !== (await this.digestOf(right!, view.sql));
  }

  /**
   * The answer with mistakes in it; undefined where one of them changes nothing of the question.
   *
   * @param chance whether to take one of several rows by chance, as who makes such a mistake does, or to give all of them
   */
  answer(view: View, mistakes: readonly Mistake[], chance = false): Promise<ViewResult | undefined> {
    const key = [view.name, chance, ...mistakes.map(({ id }) => id)].join('+');
    let answer = this.answers.get(key);
    if (answer === undefined) {
      answer = this.ask(view, mistakes, chance);
      this.answers.set(key, answer);
    }
    return answer;
  }

  async rows(sql: string): Promise<ViewResult['rows']> {
    return viewResult(await this.connection.runAndReadAll(sql)).rows;
  }

  private made(mistakes: readonly Mistake[], columns: ColumnsOf): Promise<Schema | undefined> {
    const cleaning = mistakes.filter(({ clean }) => clean !== undefined);
    const name =
      cleaning.length === 0
        ? 'truth'
        : `${cleaning.map(({ id }) => id).join('+')}${columns === allColumns ? '' : ' of questions'}`;
    let made = this.schemas.get(name);
    if (made === undefined) {
      made = this.make(name, cleaning, columns);
      this.schemas.set(name, made);
    }
    return made;
  }

  private async make(name: string, mistakes: readonly Mistake[], columnsOf: ColumnsOf): Promise<Schema | undefined> {
    const texts: [Dataset, string][] = [];
    for (const dataset of DATASETS) {
      let text: string | undefined = CLEAN_SQL[dataset];
      for (const { clean } of mistakes) text = text && withAll(text, clean?.[dataset] ?? []);
      if (text === undefined) return undefined;
      texts.push([dataset, text]);
    }
    const tables: Partial<Record<Dataset, string>> = {};
    for (const [dataset, text] of texts) {
      const isOurs = text === CLEAN_SQL[dataset];
      const columns = (isOurs ? allColumns : columnsOf)(dataset)
        .map((column) => `c.${column}`)
        .join(', ');
      tables[dataset] = await this.table(`select ${columns} from (${text}) as c where c.outcome = 'clean'`);
    }
    const schema: Schema = { name: `"${name}"`, tables: tables as Record<Dataset, string> };
    const views = DATASETS.map(
      (dataset) => `create view ${schema.name}.${dataset} as select * from ${schema.tables[dataset]}`,
    );
    await this.connection.run([`create schema ${schema.name}`, ...views].join(';\n'));
    return schema;
  }

  /** A table of what a SELECT gives; one for all mistakes that leave it the same. */
  private table(select: string): Promise<string> {
    let made = this.tables.get(select);
    if (made === undefined) {
      const name = `made.table_${this.tables.size}`;
      made = this.connection
        .run(`create schema if not exists made; set search_path = 'main'; create table ${name} as ${select}`)
        .then(() => name);
      this.tables.set(select, made);
    }
    return made;
  }

  private async ask(view: View, mistakes: readonly Mistake[], chance: boolean): Promise<ViewResult | undefined> {
    let sql = view.sql;
    for (const mistake of [...mistakes].sort((a, b) => Number(b.sql !== undefined) - Number(a.sql !== undefined))) {
      if (mistake.clean) continue;
      const change = mistake.anyOf && !chance ? { ...mistake, views: mistake.anyOf.candidates } : mistake;
      const changed = mistaken(change, { name: view.name, sql });
      if (changed === undefined) return undefined;
      sql = changed;
    }
    const schema = await this.made(mistakes, columnsOfQuestions);
    if (schema === undefined) return undefined;
    const key = `${await this.digestOf(schema, sql)}\n${sql}`;
    let result = this.results.get(key);
    if (result === undefined) {
      result = this.run(schema, sql);
      this.results.set(key, result);
    }
    return result;
  }

  private async run(schema: Schema, sql: string): Promise<ViewResult> {
    await this.connection.run(`set search_path = '${schema.name}'`);
    return viewResult(await this.connection.runAndReadAll(sql));
  }

  /** What a question reads of the clean tables, in so few characters that it tells others apart; the order of rows is none of it. */
  private async digestOf({ tables }: Schema, sql: string): Promise<string> {
    const digests: string[] = [];
    for (const dataset of DATASETS) {
      const reads = allColumns(dataset).filter((column) => new RegExp(`\\b${column}\\b`).test(sql));
      if (reads.length === 0) continue;
      const select = `select cast(count(*) as string) || '/' || coalesce(cast(sum(hash(${reads.join(', ')})) as string), '') from ${tables[dataset]}`;
      let digest = this.digests.get(select);
      if (digest === undefined) {
        digest = this.rows(select).then(([row]) => String(row![0]));
        this.digests.set(select, digest);
      }
      digests.push(await digest);
    }
    return digests.join(' ');
  }
}

interface Schema {
  /** In quotation marks, as SQL wants it. */
  readonly name: string;
  readonly tables: Readonly<Record<Dataset, string>>;
}

type ColumnsOf = (dataset: Dataset) => readonly string[];

const allColumns: ColumnsOf = (dataset) => [...cleanColumns(dataset), ...ARRIVAL_COLUMNS];

/** Those that any question reads, right or with a mistake in it: the long texts of a pin are not among them, and take most of the time. */
const columnsOfQuestions: ColumnsOf = (dataset) => {
  const texts = [
    ...views().map(({ sql }) => sql),
    ...MISTAKES.map(({ views, sql, anyOf }) => JSON.stringify([views, sql, anyOf])),
  ].join('\n');
  return allColumns(dataset).filter((column) => new RegExp(`\\b${column}\\b`).test(texts));
};

function withAll(text: string, replacements: readonly Replacement[]): string | undefined {
  return replacements.every(([from]) => text.includes(from)) ? (replaced(text, replacements) ?? text) : undefined;
}
