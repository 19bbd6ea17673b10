/**
 * API Gateway REST APIs on a laptop: reads an API out of synthesized CloudFormation templates and serves it, with its routing, checks,
 * mapping templates and error answers. Its bindings take the place of the real backends.
 */
import { draw, drawUuid } from '../wire/random-bytes';
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
  const requestId = drawUuid();
  return {
    requestId,
    extendedRequestId: `${draw(11).toString('base64url')}=`,
    traceId: `Root=1-${Math.floor(nowMs / 1000).toString(16)}-${requestId.slice(9).replaceAll('-', '')}`,
  };
}
