import type { Backend } from './backend';
import { GatewayError } from './errors';

/** A MOCK integration: the rendered request names the status of the answer. The answer has no body. */
export const mockBackend: Backend = async ({ body }) => {
  const status = statusOf(body.toString('utf8'));
  if (status === undefined) throw new GatewayError('API_CONFIGURATION_ERROR');
  return { status, headers: {}, body: '' };
};

/** AWS reads the text leniently: names need no quotes, as in CDK's `{ statusCode: 200 }`, but the status must be a number. */
function statusOf(text: string): number | undefined {
  const status = /^\s*\{(?:.*,)?\s*(["']?)statusCode\1\s*:\s*(\d{3})\s*(?:,.*)?\}\s*$/s.exec(text)?.[2];
  return status === undefined ? undefined : Number(status);
}
