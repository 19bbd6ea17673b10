import { LAYERS } from '@pipeline/datasets/schema';
import type { ViewLayer } from './contract';

/** Every layer that answers questions, in the order in which everything lists them. */
export const VIEW_LAYERS: readonly ViewLayer[] = [...LAYERS, 'serving'];
