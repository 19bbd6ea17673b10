export { assign, type Subscriber } from './range-assignor';
export * from './topic-store';
