/**
 * API Gateway REST APIs on a laptop: reads an API out of synthesized CloudFormation templates and serves it, with its routing, checks,
 * mapping templates and error answers. Its bindings take the place of the real backends.
 */
import { randomFillSync } from 'node:crypto';
import { loadApi } from './api';
import type { RequestIds } from './exchange';
import type { Gateway, GatewayOptions } from './gateway';

export type { AwsCall, Bindings, ObjectRequest } from './backend';
export type { BackendExchange } from './exchange';
export type { Gateway, GatewayOptions, GatewayRoute, ObservedRequest } from './gateway';
export { ApiDefinitionError, type CloudFormationTemplate } from './template';

/** Loads an API. Throws `ApiDefinitionError` with stack and logical id when the laptop cannot serve a part of the API as AWS would. */
export function loadGateway(options: GatewayOptions): Gateway {
  return loadApi({
    now: Date.now,
    newIds: randomIds,
    log: () => {},
    observe: () => {},
    onRefusal: () => {},
    stagePath: 'sent',
    ...options,
  });
}

const UUID_BYTES = 16;
const EXTENDED_BYTES = 11;
/** Random bytes for the ids of 256 requests: a draw costs about the same whatever its length. */
const drawn = Buffer.alloc(256 * (UUID_BYTES + EXTENDED_BYTES));
let next = drawn.length;

function randomIds(nowMs: number): RequestIds {
  if (next === drawn.length) {
    randomFillSync(drawn);
    next = 0;
  }
  const start = next;
  next += UUID_BYTES + EXTENDED_BYTES;
  // The version and the variant of a random UUID, as RFC 9562 says.
  drawn[start + 6] = (drawn[start + 6]! & 0x0f) | 0x40;
  drawn[start + 8] = (drawn[start + 8]! & 0x3f) | 0x80;
  const digits = drawn.toString('hex', start, start + UUID_BYTES);
  return {
    requestId: `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`,
    extendedRequestId: `${drawn.toString('base64url', start + UUID_BYTES, next)}=`,
    traceId: `Root=1-${Math.floor(nowMs / 1000).toString(16)}-${digits.slice(8)}`,
  };
}
