import type { HttpResponse } from '../wire/http';
import { type Node, xmlResponse } from './xml';

/** An operation's error, with S3's code. The message is S3's, or a longer one where a person needs to know what to do. */
export class S3Error extends Error {
  override readonly name = 'S3Error';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Further elements of the answer, such as `Key`, and its further headers. */
    readonly details: {
      readonly fields?: Readonly<Record<string, string | number>>;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
  }
}

export const invalidArgument = (message: string, name: string, value: string) =>
  new S3Error(400, 'InvalidArgument', message, { fields: { ArgumentName: name, ArgumentValue: value } });

export const invalidRequest = (message: string) => new S3Error(400, 'InvalidRequest', message);

export const malformedXml = () =>
  new S3Error(
    400,
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

export const noSuchKey = (key: string) =>
  new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { fields: { Key: key } });

export const noSuchUpload = (uploadId: string) =>
  new S3Error(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { fields: { UploadId: uploadId } },
  );

export const preconditionFailed = (condition: string) =>
  new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    fields: { Condition: condition },
  });

export const notImplemented = (what: string) =>
  new S3Error(501, 'NotImplemented', `${what} implies functionality that is not implemented`);

/** The answer to a failure. The answer to a HEAD has no body. */
export function errorResponse(error: S3Error, { method, path }: { method: string; path: string }): HttpResponse {
  const { status, code, message, details } = error;
  const nodes: Node[] = [
    ['Code', code],
    ['Message', message],
    ...Object.entries(details.fields ?? {}),
    ['Resource', path],
  ];
  const response = xmlResponse(status, 'Error', nodes, { isPlain: true });
  const headers = { ...response.headers, ...details.headers };
  return method === 'HEAD' || status === 304 ? { status, headers, body: '' } : { ...response, headers };
}
