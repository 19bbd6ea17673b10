import { GATEWAY_CASES } from './cases/gateway';
import { KAFKA_REST_CASES } from './cases/kafka-rest';
import { KINESIS_CASES } from './cases/kinesis';
import type { Case } from './contract';

export { type Case, type Target, whyNot } from './contract';

/** Every promise of the three wires, in the order of the list of conformance cases. */
export const CASES: readonly Case[] = [...KAFKA_REST_CASES, ...GATEWAY_CASES, ...KINESIS_CASES];
