import { requestSigner } from '@pipeline/emulator/sigv4';
import type { Gateway } from '../gateway';
import type { HttpRequest, HttpResponse } from '../wire/http';
import type { RuntimeOptions } from './runtime';

/** What the runtime sends through its own API, it sends as any client would: signed where the API wants that. */
export function ownClient(
  gateway: Pick<Gateway, 'handle'>,
  auth: RuntimeOptions['auth'],
): (request: HttpRequest) => Promise<HttpResponse> {
  if (auth === 'none') return (request) => gateway.handle(request);
  const [accessKeyId = '', secretAccessKey = ''] = Object.entries(auth.keys)[0] ?? [];
  const sign = requestSigner(new URL('http://localhost/'), 'us-east-1', { accessKeyId, secretAccessKey });
  return async (request) => {
    const { method, path, headers, body } = request;
    const signed = await sign({ method, path, headers, body: body.toString('utf8') });
    // The signer's names may have capitals; on the wire there are none.
    const lower = Object.fromEntries(Object.entries(signed).map(([name, value]) => [name.toLowerCase(), value]));
    return gateway.handle({ ...request, headers: lower });
  };
}
