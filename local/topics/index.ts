export * from './topic-store';
