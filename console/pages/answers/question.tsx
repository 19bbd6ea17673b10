import type { ViewLayer } from '@pipeline/local/serving/contract';
import { ask } from '../../api';
import { words } from '../../format';
import { LayerMark, StateMark } from '../../parts/marks';
import { PanelView } from '../../parts/panel';
import { addressOfPage } from '../../router';
import { useLive, usePanel } from '../../store';
import { LayerAnswer } from './layer-answer';
import { VIEW_LAYERS } from './shape';
import { SideBySide } from './side-by-side';

/** One question: its answer from one layer, as a picture and as a table, or from all three side by side. */
export function QuestionPage({ view, query }: { view: string; query: URLSearchParams }) {
  const about = usePanel(`about/${view}`, (signal) => ask('viewAbout', { params: { view } }, signal));
  const asked = query.get('layer');
  const layer = VIEW_LAYERS.find((known) => known === asked) ?? 'serving';
  const isCompared = asked === 'all';
  return (
    <>
      <p class="small">
        <a href="/answers">All questions</a>
      </p>
      <h1 tabIndex={-1}>{'data' in about ? about.data.question : words(view)}</h1>
      <PanelView panel={about} lines={12}>
        {(known) => (
          <>
            <p class="quiet">
              {sentence(known.grain)}
              {known.companionOf !== null && (
                <>
                  {' '}
                  By person it is{' '}
                  <a href={addressOfPage('/answers', [known.companionOf])}>{words(known.companionOf)}</a>.
                </>
              )}
            </p>
            <LayerTabs view={view} chosen={isCompared ? 'all' : layer} />
            {isCompared ? <SideBySide about={known} /> : <LayerAnswer about={known} layer={layer} query={query} />}
            <h2>The question in SQL</h2>
            <p class="note quiet">
              {known.reads.length > 0
                ? `It reads ${known.reads.join(', ')}. The same text runs over each layer. `
                : 'This checkout does not have it. '}
              <a href={addressOfPage('/dictionary', [], { question: view })}>Where these columns come from</a>
            </p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
            <pre tabIndex={0}>{known.sql}</pre>
          </>
        )}
      </PanelView>
    </>
  );
}

function LayerTabs({ view, chosen }: { view: string; chosen: ViewLayer | 'all' }) {
  const live = useLive();
  const states = 'data' in live ? live.data.live.verdict.views[view] : undefined;
  const current = (layer: ViewLayer | 'all') => (layer === chosen ? 'true' : undefined);
  return (
    <nav class="tabs layers" aria-label="Layer">
      {VIEW_LAYERS.map((layer) => (
        <a key={layer} href={addressOfPage('/answers', [view], { layer })} aria-current={current(layer)}>
          <LayerMark layer={layer} /> {states && <StateMark state={states[layer]} />}
        </a>
      ))}
      <a href={addressOfPage('/answers', [view], { layer: 'all' })} aria-current={current('all')}>
        side by side
      </a>
    </nav>
  );
}

const sentence = (text: string): string => `${text.replace(/^./, (first) => first.toUpperCase())}.`;
