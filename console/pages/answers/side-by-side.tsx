import type { ViewAbout, ViewAnswer, ViewLayer } from '@pipeline/local/serving/contract';
import { useState } from 'preact/hooks';
import { count, counted, words } from '../../format';
import { LayerMark } from '../../parts/marks';
import { PanelView } from '../../parts/panel';
import { WithCode } from '../../parts/with-code';
import type { Panel } from '../../store';
import { comparedRows, keyWidth, VIEW_LAYERS } from './shape';
import { useAnswer } from './use-answer';

/** The answers of all three layers, row by row, differences marked. */
export function SideBySide({ about }: { about: ViewAbout }) {
  const batch = useAnswer(about.name, 'batch');
  const speed = useAnswer(about.name, 'speed');
  const serving = useAnswer(about.name, 'serving');
  return (
    <PanelView panel={together({ batch, speed, serving })} lines={12}>
      {(answers) => <Rows answers={answers} about={about} />}
    </PanelView>
  );
}

const named = ({ name }: ViewAnswer['columns'][number]): string => words(name);

type Answers = Readonly<Record<ViewLayer, ViewAnswer>>;

/** Three panels as one: as bad as the worst of them. */
function together(panels: Readonly<Record<ViewLayer, Panel<ViewAnswer>>>): Panel<Answers> {
  const { batch, speed, serving } = panels;
  for (const panel of [batch, speed, serving]) if (panel.state === 'failed') return panel;
  if (!('data' in batch && 'data' in speed && 'data' in serving)) return { state: 'loading' };
  const data = { batch: batch.data, speed: speed.data, serving: serving.data };
  const stale = [batch, speed, serving].find((panel) => panel.state === 'stale');
  return stale ? { ...stale, data } : { ...serving, data };
}

function Rows({ answers, about }: { answers: Answers; about: ViewAbout }) {
  const [isAll, setAll] = useState(false);
  const { columns } = answers.serving;
  const width = keyWidth(answers.serving, about.picture);
  const rows = comparedRows(answers, about.picture);
  const different = rows.filter(({ same }) => !same);
  if (rows.length === 0)
    return (
      <p class="banner waiting">
        <WithCode text="The answer is empty in all three layers: no such post has arrived. Send some with `npm run emulate`." />
      </p>
    );
  const shown = isAll || different.length === 0 ? rows : different;
  return (
    <>
      <p class={different.length === 0 ? 'good' : 'waiting'}>
        {different.length === 0
          ? `✓ All three layers give the same ${rows.length === 1 ? 'row' : counted(rows.length, 'row')}.`
          : `≠ ${count(different.length)} of ${counted(rows.length, 'row')} differ between the layers.`}{' '}
        {different.length > 0 && (
          <button type="button" class="copy" aria-pressed={isAll} onClick={() => setAll(!isAll)}>
            {isAll ? 'Only what differs' : 'All rows'}
          </button>
        )}
      </p>
      <p class="note quiet">In each cell: {columns.slice(width).map(named).join(' · ')}.</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="scroll rows" tabIndex={0} aria-label="The three answers">
        <table class="side-by-side">
          <thead>
            <tr>
              <th scope="col">{columns.slice(0, width).map(named).join(' · ')}</th>
              {VIEW_LAYERS.map((layer) => (
                <th scope="col" key={layer}>
                  <LayerMark layer={layer} />
                </th>
              ))}
              <th scope="col">
                <span class="unseen">Same or different</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ key, cells, same }) => (
              <tr key={key} class={same ? undefined : 'different'}>
                <th scope="row">{key}</th>
                {VIEW_LAYERS.map((layer) => (
                  <td key={layer}>{cells[layer].length === 0 ? '–' : cells[layer].join('; ')}</td>
                ))}
                <td>{same ? <span class="quiet">=</span> : <strong class="waiting">≠</strong>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
