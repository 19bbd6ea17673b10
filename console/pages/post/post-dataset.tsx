import type { Dataset } from '@pipeline/datasets/schema';
import type { ServedBy, TracedRecord } from '@pipeline/local/serving/contract';
import { useOffers } from '../../about';
import { LayerMark } from '../../parts/marks';
import { addressOfPage } from '../../router';
import { Steps } from './steps';

interface PostDatasetProps {
  readonly dataset: Dataset;
  readonly records: readonly TracedRecord[];
  /** Undefined where nobody can tell. */
  readonly served: ServedBy | undefined;
  readonly again: () => void;
}

/** One dataset's records of the post, each hop by hop, and which of them answers rest on. */
export function PostDataset({ dataset, records, served, again }: PostDatasetProps) {
  return (
    <section aria-labelledby={dataset}>
      <h2 id={dataset}>{dataset}</h2>
      {served !== undefined && (
        <p>
          {served.layer === null ? (
            <span class="quiet">{served.why}</span>
          ) : (
            <>
              Served from <LayerMark layer={served.layer} />. <span class="quiet">{served.why}</span>
            </>
          )}
        </p>
      )}
      {served === undefined && records.length === 0 && <p class="quiet">No record of it was found.</p>}
      {records.length > 0 && (
        <div class="traced">
          {records.map((record) => (
            <article
              key={`${record.log}/${record.partition}/${record.offset ?? record.sequenceNumber}`}
              class={record.layer}
            >
              <h3>
                <LayerMark layer={record.layer} /> <RecordName record={record} />
              </h3>
              <Steps record={record} isServed={isServed(served, record)} again={again} />
            </article>
          ))}
        </div>
      )}
    </section>
  );
}

/** Leads to the record where it can be read by itself. */
function RecordName({ record: { log, partition, offset, sequenceNumber } }: { record: TracedRecord }) {
  const canRead = useOffers('record');
  const name = `${log} ${partition} : ${offset ?? sequenceNumber ?? '?'}`;
  if (!canRead || offset === null) return <span class="place">{name}</span>;
  return <a href={addressOfPage('/records', ['logs', log, partition, offset])}>{name}</a>;
}

const isServed = (served: ServedBy | undefined, { log, partition, offset }: TracedRecord): boolean =>
  served?.log === log && served.partition === partition && served.offset === offset;
