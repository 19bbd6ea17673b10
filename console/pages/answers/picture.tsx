import type { Picture, ViewAnswer } from '@pipeline/local/serving/contract';
import { useState } from 'preact/hooks';
import { Bars } from '../../charts/bars';
import { HeatMap } from '../../charts/heat-map';
import { Multiples } from '../../charts/multiples';
import { count, words } from '../../format';
import { barsOf, gridOf, textOf } from './shape';

const FIRST = 20;

/** The answer as a picture that fits its question. */
export function AnswerPicture({ answer, picture }: { answer: ViewAnswer; picture: Picture }) {
  const unit = words(answer.columns.at(-1)!.name);
  if (picture === 'number') return <Numbers answer={answer} />;
  if (picture === 'grid') return <HeatMap grid={gridOf(answer)} unit={unit} layer={answer.layer} />;
  if (picture === 'grouped bars') return <Multiples grid={gridOf(answer)} unit={unit} layer={answer.layer} />;
  return <BarList answer={answer} picture={picture} unit={unit} />;
}

function BarList({ answer, picture, unit }: { answer: ViewAnswer; picture: Picture; unit: string }) {
  const [isWhole, setWhole] = useState(false);
  const bars = barsOf(answer, picture);
  return (
    <>
      <Bars bars={isWhole ? bars : bars.slice(0, FIRST)} layer={answer.layer} unit={unit} />
      {bars.length > FIRST && (
        <p class="note">
          {isWhole ? '' : `The ${FIRST} greatest of ${count(bars.length)}. `}
          <button type="button" class="copy" onClick={() => setWhole(!isWhole)}>
            {isWhole ? `Only the ${FIRST} greatest` : `All ${count(bars.length)}`}
          </button>
        </p>
      )}
    </>
  );
}

function Numbers({ answer: { columns, rows, layer } }: { answer: ViewAnswer }) {
  return (
    <ul class={`numbers ${layer}`}>
      {rows.map((row) => (
        <li key={row.map(textOf).join()}>
          <strong>{textOf(row[0])}</strong>{' '}
          {row.slice(1).map((cell, at) => (
            <span key={columns[at + 1]!.name}>
              {typeof cell === 'number' ? count(cell) : textOf(cell)} {words(columns[at + 1]!.name)}
            </span>
          ))}
        </li>
      ))}
      {rows.length > 1 && <li class="quiet">They share first place.</li>}
    </ul>
  );
}
