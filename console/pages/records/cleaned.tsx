import type { Cell, CleanedRecord, RecordDetail } from '@pipeline/local/serving/contract';
import { Visible } from '../../parts/content';
import { type Field, fieldsOf } from '../../parts/json-text';
import { addressOfPage } from '../../router';

/** What cleaning made of a record: raw fields and clean columns side by side, with the rules that changed each. */
export function Cleaned({ record: { cleaned, cleanedWhy, value, dataset } }: { record: RecordDetail }) {
  return (
    <section aria-labelledby="cleaned">
      <h2 id="cleaned">As cleaned</h2>
      {cleaned === null ? (
        <p class="waiting">{cleanedWhy}</p>
      ) : (
        <>
          <Outcome cleaned={cleaned} />
          {cleaned.columns.length > 0 && (
            <Columns
              cleaned={cleaned}
              fields={value && !value.cut ? (fieldsOf(value.text) ?? []) : []}
              dataset={dataset}
            />
          )}
        </>
      )}
    </section>
  );
}

function Outcome({ cleaned: { outcome, reason, reasonWords, findings } }: { cleaned: CleanedRecord }) {
  return (
    <>
      {outcome === 'clean' && <p class="good">✓ Clean: answers can see it.</p>}
      {outcome === 'duplicate' && <p class="quiet">= A duplicate: a later record has the same key.</p>}
      {outcome === 'quarantined' && (
        <p class="wrong">
          ✗ In quarantine: <strong>{reason}</strong>. {reasonWords}
        </p>
      )}
      {findings.map(({ finding, words }) => (
        <p key={finding} class="waiting small">
          Noted: {finding}. {words}
        </p>
      ))}
    </>
  );
}

const shown = (cell: Cell): string =>
  cell === null ? '' : Array.isArray(cell) ? `[${cell.map(shown).join(', ')}]` : String(cell);

/** How a cell reads as JSON of one field, to tell whether anything changed. */
const isSame = (raw: string, cell: Cell): boolean => raw === JSON.stringify(cell) || raw === shown(cell);

/** One side of a step, its beginning where it is long. */
function Side({ cell }: { cell: Cell }) {
  if (cell === null) return <span class="quiet">null</span>;
  const text = shown(cell);
  return <Visible text={text.length > MOST ? `${text.slice(0, MOST)}…` : text} />;
}

/** Characters of one side of a step. */
const MOST = 60;

interface ColumnsProps {
  readonly cleaned: CleanedRecord;
  readonly fields: readonly Field[];
  readonly dataset: string | null;
}

function Columns({ cleaned: { columns, steps }, fields, dataset }: ColumnsProps) {
  const rawOf = (from: readonly string[]) => fields.filter(({ name }) => from.includes(name));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label="Raw and clean, side by side">
      <table class="columns cards">
        <thead>
          <tr>
            <th scope="col">column</th>
            <th scope="col">raw</th>
            <th scope="col">clean</th>
            <th scope="col">rules that changed it</th>
          </tr>
        </thead>
        <tbody>
          {columns.map(({ name, type, value, from }) => {
            const raw = rawOf(from);
            const isNothing = raw.length === 0 && value === null;
            const isChanged = !isNothing && (raw.length !== 1 || !isSame(raw[0]!.raw, value));
            return (
              <tr key={name} class={isChanged ? 'changed' : undefined}>
                <th scope="row">
                  <a
                    href={addressOfPage('/dictionary', [], { dataset: dataset ?? undefined, column: name })}
                    title={type}
                  >
                    {name}
                  </a>
                </th>
                <td class="raw" data-label="raw">
                  {raw.length === 0 && <span class="quiet">absent</span>}
                  {raw.map((field) => (
                    <div key={field.name}>
                      {(raw.length > 1 || field.name !== name) && <span class="quiet">{field.name}: </span>}
                      <Visible text={field.raw.slice(0, 2_000)} />
                      {field.raw.length > 2_000 && '…'}
                    </div>
                  ))}
                </td>
                <td class="raw" data-label="clean">
                  {value === null ? <span class="quiet">null</span> : <Visible text={shown(value).slice(0, 2_000)} />}{' '}
                  {isChanged && (
                    <span class="waiting" title="not what came">
                      ≠
                    </span>
                  )}
                </td>
                <td
                  class="small"
                  data-label={steps.some(({ column }) => column === name) ? 'rules that changed it' : undefined}
                >
                  {steps
                    .filter((step) => step.column === name)
                    .map((step, at) => (
                      <p key={at}>
                        <a href={addressOfPage('/dictionary', [], { rule: step.rule })}>{step.rule}</a>{' '}
                        <span class="raw">
                          <Side cell={step.before} /> → <Side cell={step.after} />
                        </span>
                        <br />
                        <span class="quiet">{step.words}</span>
                      </p>
                    ))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
