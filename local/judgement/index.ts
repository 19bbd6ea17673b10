/** Judges answers by what arrived: which records are a known source's, and what is right for just these. */
export { judge } from './judge';
export { isOfSource, othersFound } from './others';
