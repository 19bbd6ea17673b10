/** Judges answers by what arrived: which records are a known source's, and what is right for just these. */
export type { Others } from './arrivals';
export { type Changed, type Judged, type Judgement, judge } from './judge';
