import type { Content } from '@pipeline/local/serving/contract';
import { useMemo } from 'preact/hooks';
import { bytes } from '../format';
import { indented } from './json-text';
import { partsOf } from './visible';

/** Text of somebody else, as text: characters that nobody would see stand as their names. */
export function Visible({ text }: { text: string }) {
  const parts = useMemo(() => partsOf(text), [text]);
  return (
    <>
      {parts.map((part, at) =>
        typeof part === 'string' ? (
          // Text of one direction must not turn what stands beside it.
          <bdi key={at}>{part}</bdi>
        ) : (
          <span key={at} class="unseen-mark" title={part.name}>
            {part.code}
          </span>
        ),
      )}
    </>
  );
}

interface ContentViewProps {
  readonly content: Content | null;
  /** Where the whole is, for one that is cut. */
  readonly whole?: string;
  /** Whether JSON is put on lines of its own. */
  readonly indent?: boolean;
  readonly label: string;
}

/** What a record holds, up to the first 64 kB. */
export function ContentView({ content, whole, indent = false, label }: ContentViewProps) {
  if (content === null) return <p class="quiet">Nothing: a tombstone.</p>;
  const text = indent && !content.cut && content.encoding === 'utf8' ? indented(content.text) : content.text;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="content raw" tabIndex={0} aria-label={label}>
        <Visible text={text} />
      </section>
      <p class="note quiet">
        {bytes(content.bytes)}
        {content.encoding === 'base64' && ', not UTF-8, shown in base64'}
        {content.cut && ', of which the beginning is shown'}
        {whole !== undefined && (
          <>
            .{' '}
            <a href={whole} download>
              The whole
            </a>
          </>
        )}
      </p>
    </>
  );
}

/** The same in a line of a list. */
export function ContentLine({ content }: { content: Content | null }) {
  if (content === null) return <span class="quiet">nothing</span>;
  return (
    <span class="raw">
      <Visible text={content.text} />
      {content.cut && '…'}
    </span>
  );
}
