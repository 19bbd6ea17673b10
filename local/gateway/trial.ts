import type { DeclaredTemplate } from '../wire/declared-route';
import type { HttpRequest, HttpResponse } from '../wire/http';
import type { AwsCall, Bindings } from './backend';
import type { GatewayError } from './errors';
import type { GatewayOptions } from './gateway';
import { loadGateway } from './index';
import { type CloudFormationTemplate, isProperties, type Properties } from './template';

export interface TrialRequest {
  readonly request: HttpRequest;
  /** Logical id of the method whose templates are replaced, for this request alone. */
  readonly logicalId: string | undefined;
  readonly requestTemplates: readonly DeclaredTemplate[];
  readonly responseTemplates: readonly (DeclaredTemplate & { readonly status: string })[];
  /** Whether the request is sent to the backend; if not, it ends before the backend. */
  readonly send: boolean;
}

/** What each step of the gateway made of a request, up to the step at which the request ended. */
export interface Trial {
  readonly answer: HttpResponse;
  /** The gateway's own refusal, with what the validator said. */
  readonly refusal:
    | { readonly type: string; readonly message: string; readonly validation: string | undefined }
    | undefined;
  /** What API Gateway would write to its log, such as the failure of a template. */
  readonly log: readonly string[];
  /** Undefined when the request ended before this step. */
  readonly sent:
    | { readonly target: string; readonly headers: Readonly<Record<string, string>>; readonly body: Buffer }
    | undefined;
  readonly received: HttpResponse | undefined;
}

type TrialOptions = Pick<GatewayOptions, 'auth' | 'bindings' | 'stagePath'> & {
  readonly templates: Readonly<Record<string, CloudFormationTemplate>>;
};

/**
 * Serves one request by a new gateway with edited templates, and tells what each step made of the request.
 *
 * @throws ApiDefinitionError for a template that cannot be compiled
 */
export async function attempt(options: TrialOptions, trial: TrialRequest): Promise<Trial> {
  const log: string[] = [];
  let refusal: GatewayError | undefined;
  let sent: Trial['sent'];
  let received: HttpResponse | undefined;
  const through = async (target: string, call: Pick<AwsCall, 'headers' | 'body'>, go: () => Promise<HttpResponse>) => {
    sent = { target, headers: call.headers, body: call.body };
    if (!trial.send) throw new NotSent();
    received = await go();
    return received;
  };
  const objects = options.bindings.s3;
  const bindings: Bindings = {
    ...options.bindings,
    http: (request) => through(`${request.method} ${request.path}`, request, () => options.bindings.http(request)),
    aws: (call) => through(`${call.service}:${call.action}`, call, () => options.bindings.aws(call)),
    ...(objects && {
      s3: (request) =>
        through(`s3:${request.key}`, { headers: request.headers, body: NO_BODY }, () => objects(request)),
    }),
  };
  const gateway = loadGateway({
    ...options,
    templates: withTemplates(options.templates, trial),
    bindings,
    limits: 'off',
    log: (line) => log.push(line),
    onRefusal: (error) => {
      refusal = error;
    },
  });
  const answer = await gateway.handle(trial.request);
  const isStopped = sent !== undefined && !trial.send;
  return {
    answer,
    refusal:
      refusal && !isStopped
        ? { type: refusal.type, message: refusal.message, validation: refusal.details.validation }
        : undefined,
    log: isStopped ? [] : log,
    sent,
    received,
  };
}

const NO_BODY = Buffer.alloc(0);

/** Thrown in place of calling the backend, when a request is only checked. */
class NotSent extends Error {
  override name = 'NotSent';
}

/** The templates with one method's mapping templates replaced; all other parts are shared with the original, not copied. */
function withTemplates(
  templates: Readonly<Record<string, CloudFormationTemplate>>,
  { logicalId, requestTemplates, responseTemplates }: TrialRequest,
): Readonly<Record<string, CloudFormationTemplate>> {
  return Object.fromEntries(
    Object.entries(templates).map(([stack, template]) => {
      const method = logicalId === undefined ? undefined : template.Resources[logicalId];
      const integration = method?.Properties?.Integration;
      if (method?.Type !== 'AWS::ApiGateway::Method' || !isProperties(integration)) return [stack, template];
      const edited = {
        ...integration,
        ...(requestTemplates.length > 0 && { RequestTemplates: sources(requestTemplates) }),
        IntegrationResponses: (Array.isArray(integration.IntegrationResponses)
          ? (integration.IntegrationResponses as Properties[])
          : []
        ).map((response) => {
          const own = responseTemplates.filter(({ status }) => status === String(response.StatusCode));
          return own.length > 0 ? { ...response, ResponseTemplates: sources(own) } : response;
        }),
      };
      const resource = { ...method, Properties: { ...method.Properties, Integration: edited } };
      return [stack, { ...template, Resources: { ...template.Resources, [logicalId!]: resource } }];
    }),
  );
}

const sources = (templates: readonly DeclaredTemplate[]): Record<string, string> =>
  Object.fromEntries(templates.map(({ contentType, source }) => [contentType, source]));
