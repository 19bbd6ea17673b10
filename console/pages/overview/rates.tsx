import type { Series } from '@pipeline/local/serving/contract';
import { useState } from 'preact/hooks';
import { TimeChart } from '../../charts/time-chart';
import { count } from '../../format';
import { columnsOf } from '../../series';

const LINES = [
  { hop: 'batch', label: 'batch', colour: '--batch', dash: [] },
  { hop: 'speed', label: 'speed', colour: '--speed', dash: [6, 3] },
] as const;

/** Five minutes of what each layer took in. */
export function Rates({ series }: { series: Series }) {
  const [asTable, setAsTable] = useState(false);
  const columns = columnsOf(
    series,
    LINES.map(({ hop }) => hop),
  );
  return (
    <section aria-labelledby="rates">
      <h2 id="rates">The last five minutes</h2>
      <p class="note quiet">
        Records a second that each layer took in.{' '}
        <button type="button" class="copy" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'As a chart' : 'As a table'}
        </button>
      </p>
      {asTable ? <RatesTable columns={columns} /> : <TimeChart columns={columns} lines={LINES} unit="records/s" />}
    </section>
  );
}

function RatesTable({ columns: [seconds, ...values] }: { columns: number[][] }) {
  const newestFirst = seconds!.map((_, at) => seconds!.length - 1 - at);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scroll short" tabIndex={0} aria-label="Records a second">
      <table class="wide">
        <thead>
          <tr>
            <th scope="col">second (UTC)</th>
            {LINES.map(({ label }) => (
              <th scope="col" class="number" key={label}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {newestFirst.map((at) => (
            <tr key={seconds![at]}>
              <td>{new Date(seconds![at]! * 1000).toISOString().slice(11, 19)}</td>
              {values.map((line, which) => (
                <td class="number" key={LINES[which]!.label}>
                  {count(line[at]!)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
