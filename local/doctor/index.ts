/** Looks at other people's tables and answers, and says which are right, and why the others are not. */
export { examine } from './examine';
export type { Finding } from './finding';
export { linesOf, probeLines, sinkFiles } from './lines';
export { renderFindings } from './render';
export { Truth } from './truth';
