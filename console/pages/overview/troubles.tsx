import type { Trouble } from '@pipeline/local/serving/contract';
import { exact, span } from '../../format';
import { WithCode } from '../../parts/with-code';
import { useClock } from '../../store';

const SIGNS: Readonly<Record<Trouble['level'], string>> = { wrong: '✗ wrong', waiting: '… waiting', note: '· note' };

/** What needs somebody, with its remedy. */
export function Troubles({ troubles }: { troubles: readonly Trouble[] }) {
  const nowMs = useClock();
  return (
    <section aria-labelledby="troubles">
      <h2 id="troubles">What needs attention</h2>
      {troubles.length === 0 ? (
        <p class="quiet">Nothing does.</p>
      ) : (
        <ul class="troubles">
          {troubles.map(({ id, level, what, remedy, sinceMs, page }) => (
            <li key={id}>
              <span class={`mark ${level === 'note' ? 'quiet' : level}`}>{SIGNS[level]}</span>
              <div>
                <p>
                  {what}{' '}
                  <span class="quiet" title={exact(sinceMs)}>
                    For {span(nowMs - sinceMs)}.
                  </span>
                </p>
                <p>
                  <WithCode text={remedy} /> {page !== undefined && <a href={page}>Look at it</a>}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
