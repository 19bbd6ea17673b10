import { ask } from '../../api';
import { ContentView } from '../../parts/content';
import { PanelView } from '../../parts/panel';
import { addressOfPage } from '../../router';
import { usePanel } from '../../store';

const LIMIT = 20;

/** Lines of one file. */
export function FileLinesView({ file, query }: { file: string; query: URLSearchParams }) {
  const from = query.get('from') ?? '1';
  const lines = usePanel(`lines/${file}/${from}`, (signal) =>
    ask('fileLines', { query: { file, from, limit: String(LIMIT) } }, signal),
  );
  return (
    <>
      <p class="small">
        <a href={addressOfPage('/records', ['files'])}>All files</a>
      </p>
      <h1 tabIndex={-1} class="file-name">
        {file.split('/').at(-1)}
      </h1>
      <p class="quiet small file-name">{file}</p>
      <PanelView panel={lines} lines={12}>
        {(data) => (
          <>
            <ol class="lines" start={data.from}>
              {data.lines.map((line, at) => (
                <li key={data.from + at}>
                  <ContentView content={line} label={`Line ${data.from + at}`} />
                </li>
              ))}
            </ol>
            <p class="tabs">
              {data.from > 1 && (
                <a href={addressOfPage('/records', ['files'], { file, from: Math.max(1, data.from - LIMIT) })}>
                  Before
                </a>
              )}
              {data.more && (
                <a href={addressOfPage('/records', ['files'], { file, from: data.from + data.lines.length })}>After</a>
              )}
            </p>
          </>
        )}
      </PanelView>
    </>
  );
}
