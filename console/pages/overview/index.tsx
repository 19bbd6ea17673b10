import './overview.css';
import { PanelView } from '../../parts/panel';
import { useLive } from '../../store';
import { Correctness } from './correctness';
import { LatencyTable } from './latency-table';
import { Picture } from './picture';
import { Rates } from './rates';
import { Snippets } from './snippets';
import { Troubles } from './troubles';
import { VerdictLine } from './verdict-line';

/** What this is, whether it works, and where to look next: in this order. */
export function OverviewPage() {
  const live = useLive();
  return (
    <>
      <h1 tabIndex={-1}>Pinterest data pipeline</h1>
      <p class="quiet">
        Every post goes through one API into a batch layer and a speed layer; a serving layer answers from both.
      </p>
      {live.state === 'failed' ? (
        <p>{live.reason}</p>
      ) : (
        <PanelView panel={live.state === 'stale' ? { ...live, state: 'live' } : live} lines={12}>
          {({ live: now, series }) => (
            <>
              <VerdictLine live={now} />
              <Picture live={now} />
              <Troubles troubles={now.troubles} />
              <div class="pair">
                <LatencyTable latency={now.latency} />
                <Rates series={series} />
              </div>
              <Correctness verdict={now.verdict} />
              <Snippets run={now.run} />
            </>
          )}
        </PanelView>
      )}
    </>
  );
}
