import { parentPort, workerData } from 'node:worker_threads';
import { expectedAnswers, type SourceOptions } from '@pipeline/datasets/synthetic';

// Computed apart from the runtime, which goes on serving meanwhile.
parentPort!.postMessage(expectedAnswers(workerData as SourceOptions));
