import type { Live } from '@pipeline/local/serving/contract';
import { counted } from '../../format';
import { WithCode } from '../../parts/with-code';
import { addressOfPage } from '../../router';
import { useClock, useLive } from '../../store';
import { lastVerdictOf, verdictOf } from './verdict';

export function VerdictLine({ live }: { live: Live }) {
  const nowMs = useClock(500);
  const now = useLive();
  const { tone, text } = now.state === 'stale' ? lastVerdictOf(live, now.data.nowMs) : verdictOf(live, nowMs);
  const { firstDifference, notCompared, others } = live.verdict;
  return (
    <div class={`banner verdict ${tone}`}>
      <p>
        <span class={tone} aria-hidden="true">
          {tone === 'good' ? '✓' : tone === 'waiting' ? '…' : '✗'}
        </span>{' '}
        <WithCode text={text} />
      </p>
      {firstDifference && (
        <p class="note">
          First difference:{' '}
          <a href={addressOfPage('/answers', [firstDifference.view], { layer: firstDifference.layer })}>
            {firstDifference.view}
          </a>{' '}
          in {firstDifference.layer}, row {firstDifference.row}: got <code>{firstDifference.got ?? 'nothing'}</code>,
          expected <code>{firstDifference.expected ?? 'nothing'}</code>.
        </p>
      )}
      {notCompared !== null && (
        <p class="note quiet">
          <WithCode text={notCompared} />
        </p>
      )}
      {others !== null && (
        <p class="note">
          {counted(others.records, 'record is', 'records are')} not from the source, and the answers are judged without
          them. The first: {others.first.layer} {others.first.dataset}, key{' '}
          <a href={addressOfPage('/post', [String(others.first.key)])}>{others.first.key}</a>.
        </p>
      )}
    </div>
  );
}
