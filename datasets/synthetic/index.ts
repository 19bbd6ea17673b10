export { expectedAnswers } from './answers';
export { answeredQuestions } from './answers/answer-sheet';
export * from './contract';
export { HARD_MODE_SWITCHES, type HardModeSwitch, type HardModeSwitches } from './hard-mode/switches';
export { syntheticPosts } from './source';
