import type { Dataset, Layer } from '@pipeline/datasets/schema';
import type { QuarantinedRecord, QuarantinePage, QuarantineReason } from '@pipeline/local/serving/contract';
import { useState } from 'preact/hooks';
import { ask } from '../../api';
import { counted, exact, span } from '../../format';
import { ContentLine } from '../../parts/content';
import { LayerMark } from '../../parts/marks';
import { PanelView } from '../../parts/panel';
import { addressOfPage } from '../../router';
import { useClock, usePanel } from '../../store';
import { Correction } from './correction';

const LIMIT = 20;

interface QuarantinedListProps {
  readonly reasons: readonly QuarantineReason[];
  readonly query: URLSearchParams;
  readonly version: string;
}

/** The records of one reason, or of all, newest first; the one that the address names is open for correction. */
export function QuarantinedList({ reasons, query, version }: QuarantinedListProps) {
  const filter = {
    layer: (query.get('layer') ?? undefined) as Layer | undefined,
    dataset: (query.get('dataset') ?? undefined) as Dataset | undefined,
    reason: query.get('reason') ?? undefined,
  };
  const [older, setOlder] = useState<readonly QuarantinedRecord[]>([]);
  const [next, setNext] = useState<string | null>();
  const key = `quarantined/${Object.values(filter).join('/')}`;
  const page = usePanel(
    key,
    (signal) => ask('quarantineRecords', { query: { ...filter, limit: String(LIMIT) } }, signal),
    version,
  );
  const more = async (before: string) => {
    const { records, before: further }: QuarantinePage = await ask('quarantineRecords', {
      query: { ...filter, limit: String(LIMIT), before },
    });
    setOlder([...older, ...records]);
    setNext(further);
  };
  return (
    <section aria-labelledby="records" key={key}>
      <h2 id="records">{filter.reason ?? 'All of them'}</h2>
      <PanelView panel={page} lines={8}>
        {({ records, total, before }) => {
          const following = next === undefined ? before : next;
          return (
            <>
              <p class="note quiet">{counted(total, 'record')}, the newest first.</p>
              <ul class="list" data-list>
                {[...records, ...older].map((record) => (
                  <Entry key={nameOf(record)} record={record} query={query} reasons={reasons} />
                ))}
              </ul>
              {following !== null && (
                <button type="button" onClick={() => void more(following)}>
                  Older ones
                </button>
              )}
            </>
          );
        }}
      </PanelView>
    </section>
  );
}

const nameOf = ({ log, partition, offset }: QuarantinedRecord): string => `${log}/${partition}/${offset}`;

function Entry({
  record,
  query,
  reasons,
}: {
  record: QuarantinedRecord;
  query: URLSearchParams;
  reasons: readonly QuarantineReason[];
}) {
  const nowMs = useClock();
  const name = nameOf(record);
  const isOpen = query.get('record') === name;
  const { layer, dataset, reason, line, atMs, log, partition, offset } = record;
  const address = addressOfPage('/quarantine', [], {
    ...Object.fromEntries(query),
    record: isOpen ? undefined : name,
  });
  return (
    <li class="quarantined">
      <p class="small">
        <LayerMark layer={layer} /> {dataset} <strong class="wrong">{reason}</strong>{' '}
        <a href={addressOfPage('/records', ['logs', log, partition, offset])}>
          {log} {partition} : {offset}
        </a>{' '}
        <span class="quiet" title={exact(atMs)}>
          {span(nowMs - atMs)} ago
        </span>{' '}
        <a href={address} data-item aria-expanded={isOpen}>
          {isOpen ? 'Close' : 'Correct it'}
        </a>
      </p>
      {isOpen ? (
        <Correction record={record} reason={reasons.find((known) => known.reason === reason)} />
      ) : (
        <p class="line">
          <ContentLine content={line} />
        </p>
      )}
    </li>
  );
}
