/** What an operation answers, whatever its protocol writes it in. */
export type Answer = Readonly<Record<string, unknown>>;

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Service and region that a call was signed for. */
export function scopeOf(authorization: string | undefined): { service: string; region: string } | undefined {
  const scope = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,/.exec(authorization ?? '');
  return scope ? { region: scope[1]!, service: scope[2]! } : undefined;
}

/** A body in XML as the query protocol answers: `<ActionResponse><ActionResult>…`; EC2 has no result around it. */
export function xmlAnswer(action: string, answer: Answer, service: string): string {
  const inner = Object.entries(answer).map(([name, value]) =>
    element(name, value, service === 'ec2' ? 'item' : 'member'),
  );
  const body = service === 'ec2' ? inner.join('') : `<${action}Result>${inner.join('')}</${action}Result>`;
  return `<?xml version="1.0"?><${action}Response>${body}<RequestId>r-1</RequestId></${action}Response>`;
}

export function xmlRefusal({ code, message }: Refusal, service: string): string {
  const error = `<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
  return service === 'ec2'
    ? `<Response><Errors>${error}</Errors><RequestID>r-1</RequestID></Response>`
    : `<ErrorResponse>${error}<RequestId>r-1</RequestId></ErrorResponse>`;
}

function element(name: string, value: unknown, item: string): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return `<${name}>${value.map((each) => element(item, each, item)).join('')}</${name}>`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([field, each]) => element(field, each, item));
    return `<${name}>${fields.join('')}</${name}>`;
  }
  return `<${name}>${escaped(String(value))}</${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
