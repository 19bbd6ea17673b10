import type { ViewLayer, ViewState } from '@pipeline/local/serving/contract';

/** A layer's name with its hue and its shape: square, triangle, circle. */
export function LayerMark({ layer }: { layer: ViewLayer }) {
  return (
    <span class={`layer ${layer}`}>
      <Shape layer={layer} />
      {layer}
    </span>
  );
}

export function Shape({ layer }: { layer: ViewLayer }) {
  return (
    <svg class="shape" viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
      {layer === 'batch' && <rect x="1" y="1" width="8" height="8" />}
      {layer === 'speed' && <path d="M5 0.5 L9.7 9 L0.3 9 Z" />}
      {layer === 'serving' && <circle cx="5" cy="5" r="4.3" />}
    </svg>
  );
}

const STATES: Readonly<Record<ViewState, { readonly sign: string; readonly tone: string }>> = {
  right: { sign: '✓', tone: 'good' },
  wrong: { sign: '✗', tone: 'wrong' },
  waiting: { sign: '…', tone: 'waiting' },
  unknown: { sign: '?', tone: 'quiet' },
};

/** How an answer compares with the right one: a sign, a hue and a word. */
export function StateMark({ state }: { state: ViewState }) {
  const { sign, tone } = STATES[state];
  return (
    <span class={`mark ${tone}`}>
      <span aria-hidden="true">{sign}</span> {state}
    </span>
  );
}
