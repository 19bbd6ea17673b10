import { createHash } from 'node:crypto';

/**
 * SHA-256 of what an address serves, in hex, without keeping it.
 *
 * @throws Error when the answer is no success, or shorter than it said
 */
export async function digestOf(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'follow' });
  if (!response.ok || !response.body) throw new Error(`GET ${url} answered ${response.status}`);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of response.body) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  const said = Number(response.headers.get('content-length') ?? bytes);
  // With compression the length is that of what travelled; then it says nothing.
  if (!response.headers.has('content-encoding') && said !== bytes) {
    throw new Error(`GET ${url} ended after ${bytes} of ${said} bytes`);
  }
  return hash.digest('hex');
}
