import type { RecordPage } from '@pipeline/local/serving/contract';
import { ask } from '../../api';
import { clock, count, counted, exact } from '../../format';
import { ContentLine } from '../../parts/content';
import { PanelView } from '../../parts/panel';
import { WithCode } from '../../parts/with-code';
import { addressOfPage, go } from '../../router';
import { useLive, usePanel } from '../../store';
import { Jump } from './jump';

const LIMIT = 50;

interface RecordListProps {
  readonly log: string;
  readonly partition: string;
  /** `from` an offset, `at` a time, of a `key`; none of them follows the end. */
  readonly query: URLSearchParams;
}

/** Records of one partition: from a place in it, or the newest as they come. */
export function RecordList({ log, partition, query }: RecordListProps) {
  const live = useLive();
  const ends = 'data' in live ? live.data.live.ends[log] : undefined;
  const end = ends?.[Number(partition)];
  const place = { from: query.get('from'), at: query.get('at'), key: query.get('key'), before: query.get('before') };
  const isTail = Object.values(place).every((value) => value === null);
  const page = usePanel(
    `records/${log}/${partition}/${query}`,
    async (signal) => {
      const asked = { params: { log, partition }, query: { limit: String(LIMIT) } };
      if (!isTail) return ask('records', { ...asked, query: { ...asked.query, ...given(place) } }, signal);
      // Where the end is may not be known yet: whoever asks behind it is told.
      const known = end ?? (await ask('records', { ...asked, query: { limit: '1' } }, signal)).end;
      return ask('records', { ...asked, query: { ...asked.query, from: String(Math.max(0, known - LIMIT)) } }, signal);
    },
    isTail ? end : 0,
  );
  const here = (changed: Record<string, string | number | undefined>) =>
    addressOfPage('/records', ['logs', log, partition], changed);
  return (
    <>
      <p class="small">
        <a href={addressOfPage('/records')}>All topics and streams</a>
      </p>
      <h1 tabIndex={-1}>
        {log} {partition}
      </h1>
      <Partitions log={log} chosen={partition} partitions={ends?.length ?? 1} />
      <Jump query={query} jump={(changed) => go(here(changed))} />
      <PanelView panel={page} lines={12}>
        {(data) => (
          <>
            <Where page={data} isTail={isTail} newest={here({})} />
            <Rows page={data} log={log} partition={partition} isTail={isTail} />
            <Further page={data} here={here} searchedKey={place.key} isTail={isTail} />
          </>
        )}
      </PanelView>
    </>
  );
}

const given = (place: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(Object.entries(place).filter((pair): pair is [string, string] => pair[1] !== null));

function Partitions({ log, chosen, partitions }: { log: string; chosen: string; partitions: number }) {
  if (partitions < 2) return null;
  return (
    <nav class="tabs" aria-label="Partition">
      <span class="quiet">partition</span>
      {Array.from({ length: partitions }, (_, at) => (
        <a
          key={at}
          href={addressOfPage('/records', ['logs', log, at])}
          aria-current={String(at) === chosen ? 'true' : undefined}
        >
          {at}
        </a>
      ))}
    </nav>
  );
}

function Where({ page, isTail, newest }: { page: RecordPage; isTail: boolean; newest: string }) {
  return (
    <p class="note quiet">
      {page.end > page.begin ? `It holds offsets ${count(page.begin)} to ${count(page.end - 1)}.` : 'It holds nothing.'}{' '}
      {isTail ? <span class="good">● The newest, as they come.</span> : <a href={newest}>The newest, as they come</a>}
    </p>
  );
}

function Rows({ page, log, partition, isTail }: { page: RecordPage; log: string; partition: string; isTail: boolean }) {
  const rows = isTail ? [...page.records].reverse() : page.records;
  if (rows.length === 0)
    return (
      <p class="banner waiting">
        <WithCode
          text={page.end === 0 ? 'No record has arrived yet. Send some with `npm run emulate`.' : 'No record is there.'}
        />
      </p>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label="Records">
      <table class="record-rows">
        <thead>
          <tr>
            <th scope="col" class="number">
              offset
            </th>
            <th scope="col">time (UTC)</th>
            <th scope="col">key</th>
            <th scope="col">value</th>
          </tr>
        </thead>
        <tbody data-list>
          {rows.map((record) => (
            <tr key={record.offset}>
              <td class="number">
                <a href={addressOfPage('/records', ['logs', log, partition, record.offset])} data-item>
                  {record.offset}
                </a>
              </td>
              <td title={exact(record.atMs)}>{clock(record.atMs)}</td>
              <td>
                <ContentLine content={record.key} />
              </td>
              <td class="value-line">
                <ContentLine content={record.value} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface FurtherProps {
  readonly page: RecordPage;
  readonly here: (changed: Record<string, string | number | undefined>) => string;
  readonly searchedKey: string | null;
  readonly isTail: boolean;
}

function Further({ page, here, searchedKey, isTail }: FurtherProps) {
  if (searchedKey !== null) {
    const { searchedTo } = page;
    if (searchedTo === null || searchedTo <= page.begin)
      return (
        <p class="note quiet">{counted(page.records.length, 'record')} found; it was searched to its beginning.</p>
      );
    return (
      <p>
        Searched down to offset {count(searchedTo)}.{' '}
        <a href={here({ key: searchedKey, before: searchedTo })}>Search on</a>
      </p>
    );
  }
  const first = page.records[0]?.offset ?? page.end;
  const behind = (page.records.at(-1)?.offset ?? page.end) + 1;
  return (
    <p class="tabs">
      {first > page.begin && <a href={here({ from: Math.max(page.begin, first - LIMIT) })}>Older</a>}
      {!isTail && behind < page.end && <a href={here({ from: behind })}>Newer</a>}
    </p>
  );
}
