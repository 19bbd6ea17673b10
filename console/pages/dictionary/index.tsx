import './dictionary.css';
import type { Dictionary, RuleEntry } from '@pipeline/local/serving/contract';
import { useEffect, useRef } from 'preact/hooks';
import { ask } from '../../api';
import { count, words } from '../../format';
import { PanelView } from '../../parts/panel';
import { addressOfPage, type Place } from '../../router';
import { usePanel } from '../../store';
import { DatasetTable } from './dataset-table';

/** From a field of the source through rules and clean columns to the questions that read them. */
export function DictionaryPage({ place: { query } }: { place: Place }) {
  const dictionary = usePanel('dictionary', (signal) => ask('dictionary', {}, signal));
  return (
    <>
      <h1 tabIndex={-1}>Dictionary</h1>
      <p class="quiet">
        Each field of the source, the rules that clean it, the columns it becomes, and the questions that read those.
      </p>
      <PanelView panel={dictionary} lines={12}>
        {(data) => <Sections data={data} query={query} />}
      </PanelView>
    </>
  );
}

function Sections({ data, query }: { data: Dictionary; query: URLSearchParams }) {
  const question = query.get('question') ?? undefined;
  const chosen = query.get('dataset') ?? undefined;
  const shown = data.datasets.filter(({ dataset }) => chosen === undefined || dataset === chosen);
  return (
    <>
      <nav class="tabs" aria-label="Dataset">
        <a href={addressOfPage('/dictionary')} aria-current={chosen === undefined ? 'true' : undefined}>
          all
        </a>
        {data.datasets.map(({ dataset }) => (
          <a
            key={dataset}
            href={addressOfPage('/dictionary', [], { dataset })}
            aria-current={chosen === dataset ? 'true' : undefined}
          >
            {dataset}
          </a>
        ))}
      </nav>
      {question !== undefined && (
        <p class="banner waiting">
          Marked: what <a href={addressOfPage('/answers', [question])}>{words(question)}</a> reads.{' '}
          <a href={addressOfPage('/dictionary')}>Mark nothing</a>
        </p>
      )}
      {shown.map((dataset) => (
        <DatasetTable
          key={dataset.dataset}
          {...dataset}
          marked={{ question, column: query.get('column') ?? undefined }}
        />
      ))}
      <Rules rules={data.rules} marked={query.get('rule') ?? undefined} dataset={chosen} />
    </>
  );
}

interface RulesProps {
  readonly rules: readonly RuleEntry[];
  readonly marked: string | undefined;
  readonly dataset: string | undefined;
}

function Rules({ rules, marked, dataset }: RulesProps) {
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => item.current?.scrollIntoView({ block: 'center' }), [marked]);
  const shown = rules.filter(({ datasets }) => dataset === undefined || datasets.some((each) => each === dataset));
  return (
    <section aria-labelledby="rules">
      <h2 id="rules">Rules</h2>
      <ul class="rule-list" data-list>
        {shown.map((rule) => (
          <li
            key={`${rule.kind}/${rule.id}`}
            ref={rule.id === marked ? item : undefined}
            class={rule.id === marked ? 'marked' : undefined}
          >
            <p>
              <a href={addressOfPage('/dictionary', [], { rule: rule.id, dataset })} data-item>
                <strong>{rule.id}</strong>
              </a>{' '}
              <span class="quiet small">
                {rule.kind} · {rule.datasets.join(', ')}
                {rule.records !== null && ` · ${count(rule.records)} records in this run`}
              </span>
            </p>
            <p>
              {rule.words} <span class="quiet">{rule.why}</span>
            </p>
            {rule.example && (
              <p class="small">
                <code>{rule.example.before}</code> becomes <code>{rule.example.after}</code>
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
