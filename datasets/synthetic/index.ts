export { expectedAnswers } from './answers';
export { AnswerSheet, answeredQuestions } from './answers/answer-sheet';
export * from './contract';
export type { FactsOf, KeyFacts } from './facts';
export { HARD_MODE_SWITCHES, type HardModeSwitch, type HardModeSwitches } from './hard-mode/switches';
export { type Script, scripts, syntheticPosts } from './source';
