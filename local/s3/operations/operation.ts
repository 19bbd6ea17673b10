import type { ListenerResponse } from '../../wire/http';
import type { Bucket } from '../bucket';
import { malformedXml, S3Error } from '../errors';
import type { S3Request } from '../request';
import { type Element, readXml } from '../xml';

/** One of S3's operations on the bucket. */
export type Operation = (bucket: Bucket, request: S3Request) => Promise<ListenerResponse>;

/** S3's cap on the document of a request: a thousand keys, or ten thousand parts. */
const MOST_XML_BYTES = 2 * 1024 ** 2;

/** The XML document in a request's body; `root` is the name of its outer element. @throws S3Error */
export async function documentOf({ body }: S3Request, root: string): Promise<Element> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_XML_BYTES)
      throw new S3Error(400, 'MaxMessageLengthExceeded', 'Your request was too big.', {
        fields: { MaxMessageLengthBytes: MOST_XML_BYTES },
      });
    chunks.push(chunk);
  }
  const document = readXml(Buffer.concat(chunks).toString('utf8'));
  if (document?.name !== root) throw malformedXml();
  return document;
}

export const emptyResponse = (status: number, headers: Record<string, string> = {}): ListenerResponse => ({
  status,
  headers,
  body: '',
});

export const quoted = (etag: string): string => `"${etag}"`;

export const iso = (ms: number): string => new Date(ms).toISOString();
