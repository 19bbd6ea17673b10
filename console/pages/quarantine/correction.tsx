import { LAYERS, type Layer } from '@pipeline/datasets/schema';
import type { QuarantinedRecord, QuarantineReason, Replayed } from '@pipeline/local/serving/contract';
import { useEffect, useState } from 'preact/hooks';
import { addressOf, ask, fetchText } from '../../api';
import { LayerMark } from '../../parts/marks';
import { Sent } from './sent';

/** The raw line in a form: corrected, and sent again through the API as a client would. */
export function Correction({ record, reason }: { record: QuarantinedRecord; reason: QuarantineReason | undefined }) {
  const { log, partition, offset, dataset } = record;
  const [line, setLine] = useState<string | undefined>(record.line.cut ? undefined : record.line.text);
  const [layers, setLayers] = useState<readonly Layer[]>([record.layer]);
  const [sent, setSent] = useState<readonly Replayed[]>();
  const [trouble, setTrouble] = useState<string>();
  const [isSending, setSending] = useState(false);
  // A list holds the beginning of long lines; what is corrected is the whole.
  useEffect(() => {
    if (!record.line.cut) return;
    const whole = addressOf('recordValue', { params: { log, partition: String(partition), offset: String(offset) } });
    fetchText(whole).then(setLine, (error: Error) => setTrouble(error.message));
  }, [record.line.cut, log, partition, offset]);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    setTrouble(undefined);
    setSent(undefined);
    setSending(true);
    try {
      setSent(await ask('replayLine', { body: { dataset, layers, line: line ?? '' } }));
    } catch (error) {
      setTrouble((error as Error).message);
    }
    setSending(false);
  };
  const toggle = (layer: Layer) =>
    setLayers(LAYERS.filter((known) => (known === layer ? !layers.includes(known) : layers.includes(known))));
  return (
    <form class="correction" onSubmit={(event) => void send(event as unknown as SubmitEvent)}>
      {reason && (
        <p class="small">
          {reason.words} <span class="quiet">{reason.why}</span>
          {reason.example !== '' && (
            <>
              {' '}
              For example: <code>{reason.example}</code>
            </>
          )}
        </p>
      )}
      <label class="whole">
        The line, as it was sent
        <textarea
          class="raw"
          rows={8}
          spellcheck={false}
          value={line ?? ''}
          disabled={line === undefined}
          onInput={({ currentTarget }) => setLine(currentTarget.value)}
        />
      </label>
      <fieldset class="fields">
        <legend class="unseen">Layers to send it to</legend>
        {LAYERS.map((layer) => (
          <label key={layer} class="choice">
            <input type="checkbox" checked={layers.includes(layer)} onChange={() => toggle(layer)} />{' '}
            <LayerMark layer={layer} />
          </label>
        ))}
        <button type="submit" class="main" disabled={isSending || layers.length === 0 || !line}>
          {isSending ? 'Sending …' : 'Send it again'}
        </button>
      </fieldset>
      {trouble !== undefined && (
        <p class="banner wrong" role="alert">
          {trouble}
        </p>
      )}
      {sent?.map((replayed) => (
        <Sent key={`${replayed.layer}/${replayed.requestId}`} replayed={replayed} />
      ))}
    </form>
  );
}
