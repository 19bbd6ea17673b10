import type { Dataset } from '@pipeline/datasets/schema';
import type { ServedBy, TracedRecord } from '@pipeline/local/serving/contract';
import { LayerMark } from '../../parts/marks';
import { addressOfPage } from '../../router';
import { Steps } from './steps';

interface PostDatasetProps {
  readonly dataset: Dataset;
  readonly records: readonly TracedRecord[];
  readonly served: ServedBy;
  readonly again: () => void;
}

/** One dataset's records of the post, each hop by hop, and which of them answers rest on. */
export function PostDataset({ dataset, records, served, again }: PostDatasetProps) {
  return (
    <section aria-labelledby={dataset}>
      <h2 id={dataset}>{dataset}</h2>
      <p>
        {served.layer === null ? (
          <span class="quiet">{served.why}</span>
        ) : (
          <>
            Served from <LayerMark layer={served.layer} />. <span class="quiet">{served.why}</span>
          </>
        )}
      </p>
      {records.length > 0 && (
        <div class="traced">
          {records.map((record) => (
            <article key={`${record.log}/${record.partition}/${record.offset}`} class={record.layer}>
              <h3>
                <LayerMark layer={record.layer} />{' '}
                <a href={addressOfPage('/records', ['logs', record.log, record.partition, record.offset])}>
                  {record.log} {record.partition} : {record.offset}
                </a>
              </h3>
              <Steps record={record} isServed={isServed(served, record)} again={again} />
            </article>
          ))}
        </div>
      )}
    </section>
  );
}

const isServed = (served: ServedBy, { log, partition, offset }: TracedRecord): boolean =>
  served.log === log && served.partition === partition && served.offset === offset;
