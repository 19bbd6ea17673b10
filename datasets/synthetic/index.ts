export { expectedAnswers } from './answers';
export * from './contract';
export { syntheticPosts } from './source';
