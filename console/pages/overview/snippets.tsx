import type { Run } from '@pipeline/local/serving/contract';
import { useState } from 'preact/hooks';
import { Copy } from '../../parts/copy';
import { snippetsOf } from './snippet-texts';

/** How to use what runs here, with this run's addresses, to copy. */
export function Snippets({ run }: { run: Run }) {
  const [chosen, setChosen] = useState(0);
  const snippets = snippetsOf(run);
  const { name, text } = snippets[chosen]!;
  return (
    <section aria-labelledby="snippets">
      <h2 id="snippets">Use it</h2>
      <fieldset class="tabs">
        <legend class="unseen">Tool</legend>
        {snippets.map((snippet, at) => (
          <button type="button" key={snippet.name} aria-pressed={at === chosen} onClick={() => setChosen(at)}>
            {snippet.name}
          </button>
        ))}
        <Copy text={text} what={`the ${name} example`} />
      </fieldset>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </section>
  );
}
