import type { ViewAnswer } from '@pipeline/local/serving/contract';
import { counted, words } from '../../format';
import { addressOfPage, go } from '../../router';
import { arranged, cellText, type Sorting, textOf } from './shape';

interface AnswerTableProps {
  readonly answer: ViewAnswer;
  readonly query: URLSearchParams;
  readonly csv: string;
  readonly json: string;
}

/** The answer's rows, sorted and filtered as the address says. */
export function AnswerTable({ answer, query, csv, json }: AnswerTableProps) {
  const filter = query.get('filter') ?? '';
  const sorting = sortingOf(query, answer);
  const rows = arranged(answer.rows, filter, sorting);
  const withQuery = (changed: Record<string, string | undefined>) =>
    addressOfPage('/answers', [answer.view], { ...Object.fromEntries(query), ...changed });
  return (
    <section aria-labelledby="rows">
      <h2 id="rows">{counted(answer.rows.length, 'row')}</h2>
      <div class="fields">
        <label>
          Filter
          <input
            type="search"
            value={filter}
            data-search
            onInput={({ currentTarget }) => go(withQuery({ filter: currentTarget.value }), { replace: true })}
          />
        </label>
        <a href={csv} download={`${answer.view}.${answer.layer}.csv`}>
          CSV
        </a>
        <a href={json} data-raw>
          JSON
        </a>
        {filter !== '' && <span class="quiet small">{counted(rows.length, 'row fits', 'rows fit')} the filter</span>}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="scroll rows" tabIndex={0} aria-label="Rows of the answer">
        <table>
          <thead>
            <tr>
              {answer.columns.map(({ name, type }, at) => (
                <th
                  scope="col"
                  key={name}
                  class={/INT|DOUBLE/.test(type) ? 'number' : undefined}
                  aria-sort={sorting?.column === at ? (sorting.descending ? 'descending' : 'ascending') : undefined}
                >
                  <a href={withQuery({ sort: nextSorting(name, at, sorting) })} title={`${type}; click to sort`}>
                    {words(name)}
                    <span aria-hidden="true">
                      {sorting?.column === at ? (sorting.descending ? '\u00a0↓' : '\u00a0↑') : ''}
                    </span>
                  </a>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.map(textOf).join('\n')}>
                {row.map((cell, at) => (
                  <td key={answer.columns[at]!.name} class={typeof cell === 'number' ? 'number' : undefined}>
                    {cellText(cell, answer.columns[at]!.name)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function sortingOf(query: URLSearchParams, { columns }: ViewAnswer): Sorting | undefined {
  const sort = query.get('sort') ?? '';
  const descending = sort.startsWith('-');
  const column = columns.findIndex(({ name }) => name === (descending ? sort.slice(1) : sort));
  return column < 0 ? undefined : { column, descending };
}

/** Up, down, then the answer's own order. */
function nextSorting(name: string, at: number, sorting: Sorting | undefined): string | undefined {
  if (sorting?.column !== at) return name;
  return sorting.descending ? undefined : `-${name}`;
}
