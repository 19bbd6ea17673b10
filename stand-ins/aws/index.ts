import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clusterThatIsNotThere, type Operation, operations } from './operations';
import { type Refusal, scopeOf, xmlAnswer, xmlRefusal } from './protocols';

/** What the account holds. Everything has a value with which a deployment to eu-west-1 goes through. */
export interface AwsOptions {
  readonly region: string;
  readonly account: string;
  /** Version of the bootstrap; undefined where there is none. */
  readonly bootstrap?: string;
  /** Latest Amazon Linux for each processor. */
  readonly images: Readonly<Record<string, string>>;
  /** Status of each CloudFormation stack by its name. */
  readonly stacks: Readonly<Record<string, string>>;
  /** State of each zone by its name. */
  readonly zones: Readonly<Record<string, string>>;
  /** Id of each zone by its name. @default - unknown */
  readonly zoneIds?: Readonly<Record<string, string>>;
  /** Zones that offer each type of machine. */
  readonly machines: Readonly<Record<string, readonly string[]>>;
  /** Value of the tag `pipeline` of each VPC; empty for none. */
  readonly vpcs: readonly string[];
  /** The same of each elastic address. */
  readonly addresses: readonly string[];
  /** Most VPCs and most addresses. */
  readonly quotas: {
    readonly 'vpc/L-F678F1CE': number;
    readonly 'ec2/L-0263D0A3': number;
    readonly 'emr-serverless/L-D05C8A75': number;
  };
  /** Status of each Kafka version. */
  readonly kafkaVersions: Readonly<Record<string, string>>;
  /** A VPC that somebody else made, by what the calls of EC2 answer in the API's own words. @default - there is none */
  readonly joined?: {
    readonly vpc: string;
    /** Whether it resolves names and gives them. */
    readonly names: { readonly enableDnsSupport: boolean; readonly enableDnsHostnames: boolean };
    readonly subnets: readonly object[];
    readonly routeTables: readonly object[];
    readonly endpoints: readonly object[];
  };
  /** Each MSK cluster by its ARN, as DescribeClusterV2 answers. @default - there are none */
  readonly clusters?: Readonly<Record<string, object>>;
  readonly secrets: Readonly<Record<string, { text: string; key?: string; deleted?: boolean }>>;
}

const GOOD: AwsOptions = {
  region: 'eu-west-1',
  account: '111122223333',
  bootstrap: '33',
  images: { x86_64: 'ami-0aaaaaaaaaaaaaaa1', arm64: 'ami-0aaaaaaaaaaaaaaa2' },
  stacks: { CDKToolkit: 'CREATE_COMPLETE' },
  zones: { 'eu-west-1a': 'available', 'eu-west-1b': 'available' },
  machines: { 't3.small': ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] },
  vpcs: [''],
  addresses: [],
  quotas: { 'vpc/L-F678F1CE': 5, 'ec2/L-0263D0A3': 5, 'emr-serverless/L-D05C8A75': 16 },
  kafkaVersions: { '2.8.1': 'DEPRECATED', '3.8.x.kraft': 'ACTIVE', '3.9.x.kraft': 'ACTIVE' },
  secrets: {},
};

export interface Aws {
  readonly url: string;
  /** `service Operation` of each call that was answered, in order. */
  readonly calls: readonly string[];
  /** What was asked that this stand-in does not know. A test that asserts [] knows that it was told the truth. */
  readonly unknown: readonly string[];
  /** Makes every further call of a service fail. */
  refuse(service: string, status: number, code: string, message: string): void;
  close(): Promise<void>;
}

/** Starts the stand-in on a free port of 127.0.0.1. */
export async function startAws(options: Partial<AwsOptions> = {}): Promise<Aws> {
  const account = { ...GOOD, ...options };
  const calls: string[] = [];
  const unknown: string[] = [];
  const refusals = new Map<string, Refusal>();
  const known = operations(account);

  const server = createServer((request, response) => {
    readBody(request).then((body) => {
      const scope = scopeOf(request.headers.authorization);
      const service = scope?.service ?? '';
      const { name, input } = parse(request, body);
      const refuse = (refusal: Refusal) => send(response, service, name, refusal);
      if (!scope) return refuse({ status: 403, code: 'MissingAuthenticationToken', message: 'not signed' });
      if (scope.region !== account.region)
        return refuse({ status: 403, code: 'SignatureDoesNotMatch', message: `signed for ${scope.region}` });
      const planned = refusals.get(service);
      if (planned) return refuse(planned);
      const operation: Operation | undefined = known[`${service} ${name}`] ?? clusterThatIsNotThere(service, name);
      if (!operation) {
        unknown.push(`${service} ${name}`);
        return refuse({ status: 400, code: 'UnknownOperationException', message: name });
      }
      calls.push(`${service} ${name}`);
      send(response, service, name, operation(input));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    unknown,
    refuse: (service, status, code, message) => void refusals.set(service, { status, code, message }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Name and input of an operation in JSON 1.1, in the query protocol, or by its path. */
function parse(request: IncomingMessage, body: string): { name: string; input: Record<string, string> } {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return { name: target.split('.')[1]!, input: JSON.parse(body) };
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    const form = Object.fromEntries(new URLSearchParams(body));
    return { name: form.Action ?? '', input: form };
  }
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
  return { name: `${request.method} ${pathname}`, input: Object.fromEntries(searchParams) };
}

const QUERY = ['sts', 'cloudformation', 'ec2'];

function send(response: ServerResponse, service: string, name: string, answer: object): void {
  const refused = 'code' in answer && 'status' in answer ? (answer as Refusal) : undefined;
  const status = refused?.status ?? 200;
  if (QUERY.includes(service)) {
    const text = refused ? xmlRefusal(refused, service) : xmlAnswer(name, answer as never, service);
    response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
    return;
  }
  const body = refused ? { __type: refused.code, message: refused.message, Message: refused.message } : answer;
  const headers = refused ? { 'x-amzn-errortype': refused.code } : undefined;
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', ...headers }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}
