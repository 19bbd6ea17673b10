import { span } from '../format';
import { useClock, useLive } from '../store';

/** Says that the numbers on the page are old, how old, and what to do. Silent while all is well. */
export function Connection() {
  const live = useLive();
  useClock();
  const isOld = live.state === 'stale';
  return (
    <div class="connection" role="status">
      {isOld && (
        <p class="banner wrong">
          <strong>Old numbers, from {span(Date.now() - live.at.getTime())} ago.</strong> {live.reason}
        </p>
      )}
      {live.state === 'failed' && <p class="banner wrong">{live.reason}</p>}
    </div>
  );
}
