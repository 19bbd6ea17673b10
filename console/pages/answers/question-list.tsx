import type { ViewListing } from '@pipeline/local/serving/contract';
import { useAbout } from '../../about';
import { ask } from '../../api';
import { LayerMark, StateMark } from '../../parts/marks';
import { PanelView } from '../../parts/panel';
import { addressOfPage } from '../../router';
import { useLive, usePanel } from '../../store';
import { VIEW_LAYERS } from './shape';

/** Every question in words, and whether its answer is right in each layer. */
export function QuestionList() {
  const views = usePanel('views', (signal) => ask('views', {}, signal));
  return (
    <>
      <h1 tabIndex={-1}>Answers</h1>
      <p class="quiet">
        Each question is answered three times: from the batch layer, from the speed layer, and from both together.
      </p>
      <PanelView panel={views} lines={12}>
        {(listed) => (
          <>
            <Questions title="The exercise’s questions" views={listed.filter((view) => view.companionOf === null)} />
            <Questions
              title="By post instead of by person"
              views={listed.filter((view) => view.companionOf !== null)}
            />
          </>
        )}
      </PanelView>
    </>
  );
}

function Questions({ title, views }: { title: string; views: readonly ViewListing[] }) {
  const { live } = useAbout();
  const now = useLive();
  const states = 'data' in now ? now.data.live.verdict.views : {};
  return (
    <section>
      <h2>{title}</h2>
      <ul class="questions" data-list>
        {views.map(({ name, question }) => (
          <li key={name}>
            <a href={addressOfPage('/answers', [name])} data-item>
              {question}
            </a>
            <span class="states small">
              {VIEW_LAYERS.map((layer) => (
                <span key={layer}>
                  <LayerMark layer={layer} /> {live && <StateMark state={states[name]?.[layer] ?? 'unknown'} />}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
