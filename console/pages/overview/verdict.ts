import type { Live } from '@pipeline/local/serving/contract';
import { count, counted, span } from '../../format';

export interface Sentence {
  readonly tone: 'good' | 'waiting' | 'wrong';
  readonly text: string;
}

/** The verdict of a pipeline that does not answer any more: nobody knows whether it still holds. */
export function lastVerdictOf(live: Live, atMs: number): Sentence {
  const { text } = verdictOf(live, atMs);
  return { tone: 'waiting', text: `Not known now. Before: ${text.replace(/^./, (first) => first.toLowerCase())}` };
}

/** Whether all is well, as a sentence. */
export function verdictOf({ verdict, hops, layers }: Live, nowMs: number): Sentence {
  const { state, delivered, sent } = verdict;
  if (state === 'empty') return { tone: 'waiting', text: 'Running, and empty. Send posts with `npm run emulate`.' };
  const parts = [
    // What others sent comes on top of the source's.
    sent === null || sent <= delivered
      ? `${counted(delivered, 'record')} delivered`
      : `${count(delivered)} of ${counted(sent, 'record')} delivered`,
    ...answersPart(verdict),
  ];
  const newest = Math.max(layers.batch.asOfMs ?? 0, layers.speed.asOfMs ?? 0);
  if (newest > 0) parts.push(`newest record ${span(nowMs - newest)} old`);
  if (verdict.unaccounted !== 0)
    parts.unshift(`${counted(verdict.unaccounted, 'record is', 'records are')} unaccounted for`);
  const waiting = hops.reduce((sum, hop) => sum + hop.waiting, 0);
  if (state === 'wrong') return { tone: 'wrong', text: `Something is wrong. ${sentence(parts)}` };
  if (state === 'working')
    return {
      tone: 'waiting',
      text: `Running, ${waiting > 0 ? `${counted(waiting, 'record')} on the way` : 'answers are being compared'}. ${sentence(parts)}`,
    };
  return { tone: 'good', text: `Running. ${sentence(parts)}` };
}

function answersPart({ state, views, layersAgree }: Live['verdict']): string[] {
  const states = Object.values(views).map((byLayer) => Object.values(byLayer));
  const compared = states.filter((layers) => layers.every((layer) => layer === 'right' || layer === 'wrong'));
  if (compared.length > 0) {
    const right = compared.filter((layers) => layers.every((layer) => layer === 'right')).length;
    return [`${right} of ${states.length} answers right in three layers`];
  }
  if (layersAgree === false) return ['batch and speed differ'];
  if (state === 'agree' || layersAgree === true) return ['batch and speed agree'];
  return [];
}

const sentence = (parts: readonly string[]): string =>
  `${parts.join(', ')}.`.replace(/^./, (first) => first.toUpperCase());
