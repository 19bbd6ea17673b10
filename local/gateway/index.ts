/**
 * API Gateway REST APIs on a laptop: reads an API out of synthesized CloudFormation templates and serves it, with its routing, checks,
 * mapping templates and error answers. Its bindings take the place of the real backends.
 */
import { randomUUID } from 'node:crypto';
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

function randomIds(nowMs: number): RequestIds {
  const requestId = randomUUID();
  const digits = requestId.replaceAll('-', '');
  const seconds = Math.floor(nowMs / 1000).toString(16);
  return {
    requestId,
    // Node draws UUIDs in bulk, so a second one is cheaper than eleven bytes.
    extendedRequestId: `${Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url', 0, 11)}=`,
    traceId: `Root=1-${seconds}-${digits.slice(8)}`,
  };
}
