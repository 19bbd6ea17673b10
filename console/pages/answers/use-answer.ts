import type { ViewLayer } from '@pipeline/local/serving/contract';
import { useEffect } from 'preact/hooks';
import { ask, WITHIN } from '../../api';
import { useLive, usePanel } from '../../store';

/** The answer of one layer, asked for anew when its layer has taken something in, and for as long as it says that it is stale. */
export function useAnswer(view: string, layer: ViewLayer) {
  const answer = usePanel(
    `${layer}/${view}`,
    (signal) => ask('view', { params: { view }, query: { layer, within: WITHIN } }, signal),
    useVersion(layer),
  );
  const isStale = answer.state === 'live' && answer.data.stale;
  const at = 'at' in answer ? answer.at : undefined;
  // Another answer that is stale, too, is another reason
  useEffect(() => {
    if (!isStale) return;
    const timer = setTimeout(answer.again, 300);
    return () => clearTimeout(timer);
  }, [isStale, at]);
  return answer;
}

/** The version of what an answer of a layer rests on. */
function useVersion(layer: ViewLayer): string {
  const live = useLive();
  if (!('data' in live)) return '';
  const { layers } = live.data.live;
  return layer === 'serving' ? `${layers.batch.version}/${layers.speed.version}` : String(layers[layer].version);
}
