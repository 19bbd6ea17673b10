import { DATASETS, perDataset } from '../../schema';
import type { ExpectedAnswers, SourceOptions } from '../contract';
import type { KeyFacts } from '../facts';
import { scripts } from '../source';
import { AnswerSheet } from './answer-sheet';
import { RecordCounts } from './counts';

/**
 * The right answers and the right counts of records, for any source. They are computed from the facts that the
 * generator knows before it writes a row, without reading the written texts and without SQL.
 */
export function expectedAnswers(options: SourceOptions): ExpectedAnswers {
  const answers = new AnswerSheet();
  const counts = new RecordCounts();
  const injected = new Map<string, number>();
  for (const { drafts } of scripts(options, (name) => injected.set(name, (injected.get(name) ?? 0) + 1))) {
    const last = perDataset((): unknown => null) as KeyFacts;
    for (const { dataset, verdict } of drafts) {
      if (verdict.facts === null) counts.of(dataset).noteQuarantined(verdict.reason);
      else {
        counts.of(dataset).notePassed();
        Object.assign(last, { [dataset]: verdict.facts });
      }
    }
    for (const dataset of DATASETS) if (last[dataset] !== null) counts.of(dataset).noteKey();
    answers.add(last);
  }
  return {
    posts: options.posts,
    views: answers.views(),
    counts: counts.counts(),
    injected: Object.fromEntries([...injected].sort()),
  };
}
