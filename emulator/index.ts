export type { DeadLetter } from './dead-letters';
export { type Outputs, OutputsError, outputsPath, readOutputs, writeOutputs } from './outputs';
export type { Pace } from './pace';
export { replay } from './replay';
export {
  ReplayFailed,
  type ReplayOptions,
  type ReplayPost,
  type ReplayProgress,
  type ReplayRecord,
  type ResumePoint,
  type Target,
} from './replay-options';
export { type LayerCounts, type ReplayReport, type RouteCounts, reconciles, renderReport, total } from './report';
export { DEFAULT_RETRY, type RetrySettings } from './retry';
