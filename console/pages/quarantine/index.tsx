import './quarantine.css';
import type { QuarantineReason } from '@pipeline/local/serving/contract';
import { ask } from '../../api';
import { count, exact, span } from '../../format';
import { LayerMark } from '../../parts/marks';
import { PanelView } from '../../parts/panel';
import { addressOfPage, type Place } from '../../router';
import { useClock, useLive, usePanel } from '../../store';
import { QuarantinedList } from './quarantined-list';

/** What cleaning refused, by reason; each line can be corrected and sent again. */
export function QuarantinePage({ place: { query } }: { place: Place }) {
  const live = useLive();
  const version = 'data' in live ? `${live.data.live.layers.batch.version}/${live.data.live.layers.speed.version}` : '';
  const reasons = usePanel('reasons', (signal) => ask('quarantineReasons', {}, signal), version);
  return (
    <>
      <h1 tabIndex={-1}>Quarantine</h1>
      <p class="quiet">
        A record that breaks a rule ends here with its reason, and never in an answer. Nothing is lost: correct the line
        and send it again.
      </p>
      <PanelView panel={reasons} lines={8}>
        {(known) =>
          known.length === 0 ? (
            <p class="banner good">Quarantine is empty: every record that was cleaned is clean or a duplicate.</p>
          ) : (
            <>
              <Reasons reasons={known} query={query} />
              <QuarantinedList reasons={known} query={query} version={version} />
            </>
          )
        }
      </PanelView>
    </>
  );
}

/** One entry for each reason, with where it is found. */
function Reasons({ reasons, query }: { reasons: readonly QuarantineReason[]; query: URLSearchParams }) {
  const nowMs = useClock();
  const names = [...new Set(reasons.map(({ reason }) => reason))];
  const isChosen = ({ layer, dataset, reason }: QuarantineReason) =>
    query.get('layer') === layer && query.get('dataset') === dataset && query.get('reason') === reason;
  return (
    <ul class="reasons" data-list>
      {names.map((name) => {
        const found = reasons.filter(({ reason }) => reason === name);
        const newestMs = Math.max(...found.map((entry) => entry.newestMs));
        return (
          <li key={name}>
            <p>
              <a href={addressOfPage('/quarantine', [], { reason: name })} data-item>
                {name}
              </a>{' '}
              <span class="quiet small" title={exact(newestMs)}>
                {span(nowMs - newestMs)} ago
              </span>
            </p>
            <p class="small">
              {found[0]!.words} <span class="quiet">{found[0]!.why}</span>
            </p>
            <p class="small found">
              {found.map((entry) => (
                <a
                  key={`${entry.layer}/${entry.dataset}`}
                  href={addressOfPage('/quarantine', [], { layer: entry.layer, dataset: entry.dataset, reason: name })}
                  aria-current={isChosen(entry) ? 'true' : undefined}
                >
                  <LayerMark layer={entry.layer} /> {entry.dataset} {count(entry.records)}
                </a>
              ))}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
