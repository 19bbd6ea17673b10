import type { ColumnEntry, Dictionary } from '@pipeline/local/serving/contract';
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../../format';
import { addressOfPage } from '../../router';

interface DatasetTableProps
  extends Pick<Dictionary['datasets'][number], 'dataset' | 'sourceTable' | 'fields' | 'columns'> {
  readonly marked: { readonly question: string | undefined; readonly column: string | undefined };
}

/** One dataset's clean columns, each with the fields that it comes from. */
export function DatasetTable({ dataset, sourceTable, fields, columns, marked }: DatasetTableProps) {
  const isMarked = ({ column, questions }: ColumnEntry) =>
    column === marked.column || (marked.question !== undefined && questions.includes(marked.question));
  const unused = fields.filter((field) => field.columns.length === 0);
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (marked.column !== undefined) row.current?.scrollIntoView({ block: 'center' });
  }, [marked.column]);
  const typeOf = (name: string) => fields.find((field) => field.field === name)?.mysqlType;
  return (
    <section aria-labelledby={dataset}>
      <h2 id={dataset}>{dataset}</h2>
      <p class="note quiet">
        From the table <code>{sourceTable}</code>.
        {unused.length > 0 && ` Not kept: ${unused.map((field) => field.field).join(', ')}.`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="scroll" tabIndex={0} aria-label={`Columns of ${dataset}`}>
        <table class="lineage cards">
          <thead>
            <tr>
              <th scope="col">field</th>
              <th scope="col">rules</th>
              <th scope="col">column</th>
              <th scope="col">questions</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((entry) => (
              <tr
                key={entry.column}
                ref={entry.column === marked.column ? row : undefined}
                class={isMarked(entry) ? 'marked' : undefined}
              >
                <td data-label="field">
                  {entry.from.map((field) => (
                    <div key={field}>
                      {field} <span class="quiet small">{typeOf(field)}</span>
                    </div>
                  ))}
                </td>
                <td data-label="rules">
                  {entry.rules.map((rule) => (
                    <a key={rule} href={addressOfPage('/dictionary', [], { rule })}>
                      {rule}
                    </a>
                  ))}
                </td>
                <th scope="row">
                  {entry.column} <span class="quiet small">{entry.type}</span>
                </th>
                <td data-label={entry.questions.length > 0 ? 'questions' : undefined}>
                  {entry.questions.map((view) => (
                    <div key={view}>
                      <a href={addressOfPage('/answers', [view])}>{words(view)}</a>
                    </div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
