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

function Reasons({ reasons, query }: { reasons: readonly QuarantineReason[]; query: URLSearchParams }) {
  const nowMs = useClock();
  const isChosen = ({ layer, dataset, reason }: QuarantineReason) =>
    query.get('layer') === layer && query.get('dataset') === dataset && query.get('reason') === reason;
  return (
    <ul class="reasons" data-list>
      {reasons.map((entry) => {
        const { layer, dataset, reason, words, why, records, newestMs } = entry;
        return (
          <li key={`${layer}/${dataset}/${reason}`}>
            <a
              href={addressOfPage('/quarantine', [], { layer, dataset, reason })}
              aria-current={isChosen(entry) ? 'true' : undefined}
              data-item
            >
              <strong class="wrong">{count(records)}</strong> {reason}
            </a>
            <span class="small">
              <LayerMark layer={layer} /> {dataset}
            </span>
            <span class="small">
              {words} <span class="quiet">{why}</span>
            </span>
            <span class="small quiet" title={exact(newestMs)}>
              {span(nowMs - newestMs)} ago
            </span>
          </li>
        );
      })}
    </ul>
  );
}
