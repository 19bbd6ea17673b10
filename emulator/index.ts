export { type Outputs, OutputsError, outputsPath, readOutputs, writeOutputs } from '@pipeline/cli/outputs';
export type { DeadLetter } from './send/dead-letters';
export type { Pace } from './send/pace';
export { replay } from './send/replay';
export {
  ReplayFailed,
  type ReplayOptions,
  type ReplayPost,
  type ReplayProgress,
  type ReplayRecord,
  type ResumePoint,
  type Target,
} from './send/replay-options';
export { DEFAULT_RETRY, type RetrySettings } from './send/retry';
export { type KeptReplay, type SentAgain, sendDeadLettersAgain } from './send/send-again';
export { type DeadLetterReason, deadLetterLines, deadLetterReasons } from './show/dead-letter-reasons';
export { ReplayProgressLine } from './show/replay-progress';
export { type LayerCounts, type ReplayReport, type RouteCounts, reconciles, renderReport, total } from './show/report';
