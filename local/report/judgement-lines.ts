import { grouped as count } from '@pipeline/cli/table';
import { DATASETS } from '@pipeline/datasets/schema';
import { isOfSource, othersFound } from '../judgement/others';
import type { Judgement, KnownSource } from '../serving/contract';

/** What arrived beside the source or without a part of it, in sentences. */
export function judgementLines(judgement: Judgement, nowMs = Date.now()): string[] {
  const { source, arrived, changedByOthers } = judgement;
  const found = othersFound(judgement.others);
  const named = sourceText(source);
  const lines = isOfSource(judgement)
    ? [`Judged by what arrived of the source (${named}): ${countsOf(arrived.serving)}.`]
    : [
        `No record of the source (${named}) has arrived, so nobody knows the right answers; ` +
          'for another source pass --seed, --posts and --hard-mode.',
      ];
  if (found === null) return lines;
  const { layer, dataset, key, arrivedMs } = found.first;
  const [are, them] = found.records === 1 ? ['record is', 'it'] : ['records are', 'them'];
  lines.push(
    `${count(found.records)} ${are} not from the source (first: ${layer} ${dataset}, key ${key}, ${timeText(arrivedMs, nowMs)})` +
      `${isOfSource(judgement) ? `; the answers are judged without ${them}` : ''}.`,
  );
  const changed = new Map<string, string[]>();
  for (const { view, layer: where, rows } of changedByOthers)
    changed.set(view, [...(changed.get(view) ?? []), `${where} ${count(rows)}`]);
  lines.push(
    changed.size === 0
      ? 'They change no answer.'
      : `They change ${count(changed.size)} full ${changed.size === 1 ? 'answer' : 'answers'}, by so many rows:\n` +
          [...changed].map(([view, where]) => `  ${view}: ${where.join(', ')}`).join('\n'),
  );
  return lines;
}

function countsOf(arrived: Judgement['arrived']['serving']): string {
  return DATASETS.map((dataset) => `${count(arrived[dataset])} ${dataset}`).join(', ');
}

function sourceText({ seed, posts, hardMode }: KnownSource): string {
  return `${count(posts)} posts of seed ${seed}${hardMode ? ' in hard mode' : ''}`;
}

/** Time of day here, with the day when it was another. */
function timeText(ms: number, nowMs: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = (at: Date) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const at = new Date(ms);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return day(at) === day(new Date(nowMs)) ? time : `${day(at)} ${time}`;
}
