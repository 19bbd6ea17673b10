import type { TracedRecord, TraceStep } from '@pipeline/local/serving/contract';
import { useState } from 'preact/hooks';
import { ask } from '../../api';
import { clock, exact, latency, span } from '../../format';
import { useClock } from '../../store';

const SIGNS: Readonly<Record<TraceStep['state'], readonly [sign: string, tone: string]>> = {
  done: ['✓', 'good'],
  waiting: ['…', 'waiting'],
  refused: ['✗', 'wrong'],
  unknown: ['?', 'quiet'],
};

/** One record from hop to hop, with the time each took. */
export function Steps({ record, isServed, again }: { record: TracedRecord; isServed: boolean; again: () => void }) {
  return (
    <>
      <ol class="steps">
        {record.steps.map((step, at) => (
          <Step key={step.step} step={step} before={timeBefore(record.steps, at)} again={again} />
        ))}
      </ol>
      <p class={`small ${record.outcome === 'clean' && isServed ? 'good' : TONES[record.outcome]}`}>
        {OUTCOMES[record.outcome]}
        {isServed && ' Answers rest on it.'}
        {record.why !== null && ` ${record.why}`}
      </p>
    </>
  );
}

const OUTCOMES: Readonly<Record<TracedRecord['outcome'], string>> = {
  clean: 'Clean.',
  quarantined: 'In quarantine.',
  duplicate: 'A duplicate: a later record has the same key.',
  refused: 'Refused.',
  waiting: 'On its way.',
  unknown: 'What cleaning made of it cannot be seen from here.',
};

const TONES: Readonly<Record<TracedRecord['outcome'], string>> = {
  clean: 'quiet',
  quarantined: 'wrong',
  duplicate: 'wrong',
  refused: 'wrong',
  waiting: 'waiting',
  unknown: 'quiet',
};

/** When the newest hop before one was, of those whose time is known. */
const timeBefore = (steps: readonly TraceStep[], at: number): number | null =>
  steps.slice(0, at).reduce<number | null>((known, { atMs }) => atMs ?? known, null);

function Step({ step, before, again }: { step: TraceStep; before: number | null; again: () => void }) {
  const nowMs = useClock();
  const [sign, tone] = SIGNS[step.state];
  return (
    <li>
      <span class={tone} aria-hidden="true">
        {sign}
      </span>
      <div>
        <strong>{step.step}</strong> {step.state !== 'done' && <span class={tone}>{step.state}</span>}{' '}
        {step.atMs !== null && (
          <span class="quiet small" title={exact(step.atMs)}>
            {clock(step.atMs)}
            {before !== null && `, ${latency(Math.max(0, step.atMs - before))} later`}
          </span>
        )}
        <p class="small">
          {step.words}
          {step.dueMs !== null && ` It goes on in ${span(step.dueMs - nowMs)}.`}
        </p>
        {step.canClose && <CloseNow again={again} />}
      </div>
    </li>
  );
}

/** Closes the sink's open files, so that what waits in them goes on. */
function CloseNow({ again }: { again: () => void }) {
  const [state, setState] = useState<'idle' | 'closing' | string>('idle');
  const close = async () => {
    setState('closing');
    try {
      await ask('closeFiles');
      setState('idle');
      again();
    } catch (error) {
      setState((error as Error).message);
    }
  };
  return (
    <p>
      <button type="button" disabled={state === 'closing'} onClick={() => void close()}>
        {state === 'closing' ? 'Closing …' : 'Close the file now'}
      </button>{' '}
      {state !== 'idle' && state !== 'closing' && (
        <span class="wrong small" role="alert">
          {state}
        </span>
      )}
    </p>
  );
}
