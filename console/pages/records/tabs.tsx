import { useOffers } from '../../about';
import { addressOfPage } from '../../router';

/** The three kinds of places that hold records. */
export function Tabs({ chosen }: { chosen: 'topic' | 'stream' | 'files' }) {
  const canReadStreams = useOffers('records');
  const current = (kind: string) => (kind === chosen ? 'true' : undefined);
  return (
    <nav class="tabs layers" aria-label="Where records are">
      <a href={addressOfPage('/records', [], { kind: 'topic' })} aria-current={current('topic')}>
        Kafka topics
      </a>
      <a href={addressOfPage('/records', ['files'])} aria-current={current('files')}>
        S3 files
      </a>
      {canReadStreams && (
        <a href={addressOfPage('/records', [], { kind: 'stream' })} aria-current={current('stream')}>
          Kinesis streams
        </a>
      )}
    </nav>
  );
}
