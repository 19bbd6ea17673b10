import type { RecordHead } from '@pipeline/local/serving/contract';
import { ask } from '../../api';
import { exact, span } from '../../format';
import { Visible } from '../../parts/content';
import { PanelView } from '../../parts/panel';
import { addressOfPage, go } from '../../router';
import { useClock, useLive, usePanel } from '../../store';

const NEWEST = 10;

/** A post by its key, typed or of the newest ones. */
export function FindPost() {
  const live = useLive();
  const run = 'data' in live ? live.data.live.run : undefined;
  const log = run?.topics.pin;
  return (
    <>
      <h1 tabIndex={-1}>One post</h1>
      <p class="quiet">
        A post is known by its key: the <code>index</code> of a pin, the <code>ind</code> of the other two. Its records
        pass the pipeline apart from each other, and this page follows all of them.
      </p>
      <search>
        <form
          class="fields"
          onSubmit={(event) => {
            event.preventDefault();
            const key = (event.currentTarget.elements.namedItem('post') as HTMLInputElement).value.trim();
            if (key !== '') go(addressOfPage('/post', [key]));
          }}
        >
          <label>
            Key
            <input name="post" data-search autocomplete="off" required />
          </label>
          <button type="submit" class="main">
            Follow
          </button>
        </form>
      </search>
      {log !== undefined && <Newest log={log} end={'data' in live ? (live.data.live.ends[log]?.[0] ?? 0) : 0} />}
    </>
  );
}

function Newest({ log, end }: { log: string; end: number }) {
  const from = String(Math.max(0, end - NEWEST));
  const page = usePanel(
    `newest/${log}`,
    (signal) => ask('records', { params: { log, partition: '0' }, query: { from, limit: String(NEWEST) } }, signal),
    end,
  );
  const nowMs = useClock();
  return (
    <section aria-labelledby="newest">
      <h2 id="newest">The newest</h2>
      <PanelView panel={page} lines={8}>
        {({ records }) =>
          records.length === 0 ? (
            <p>
              No post has arrived. Send some with <code>npm run emulate</code>.
            </p>
          ) : (
            <ul class="list" data-list>
              {[...records].reverse().map((record) => (
                <li key={record.offset}>
                  <KeyLink record={record} />{' '}
                  <span class="quiet small" title={exact(record.atMs)}>
                    {span(nowMs - record.atMs)} ago
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </PanelView>
    </section>
  );
}

function KeyLink({ record: { key } }: { record: RecordHead }) {
  // Kafka's JSON keys are JSON texts: "7" and 7 are one key.
  const text = key?.text.replace(/^"(.*)"$/, '$1') ?? '';
  return text === '' ? (
    <span class="quiet">no key</span>
  ) : (
    <a href={addressOfPage('/post', [text])} data-item>
      <Visible text={text} />
    </a>
  );
}
