import type { DeclaredRoute, DeclaredTemplate } from '../wire/declared-route';
import { pathOf, pathsOf } from './api';
import { describeIntegration, requiredParameters } from './method';
import { type CloudFormationTemplate, isProperties, type Properties, type Resource, Stacks } from './template';

/** Every method of the one API in the templates, in their order. */
export function declaredRoutes(templates: Readonly<Record<string, CloudFormationTemplate>>): DeclaredRoute[] {
  const stacks = new Stacks(templates);
  const [api] = stacks.ofType('AWS::ApiGateway::RestApi');
  if (api === undefined) return [];
  const paths = pathsOf(stacks, api);
  return stacks.ofType('AWS::ApiGateway::Method').map((method) => declared(method, pathOf(method, paths), stacks));
}

function declared(method: Resource, path: string, stacks: Stacks): DeclaredRoute {
  const value = method.property('Integration');
  const integration: Properties = isProperties(value) ? value : {};
  const validatorId = method.text('RequestValidatorId');
  const validator = stacks
    .ofType('AWS::ApiGateway::RequestValidator')
    .find(({ logicalId }) => logicalId === validatorId);
  return {
    verb: method.text('HttpMethod') ?? '',
    path,
    integration: describeIntegration(method),
    authorization: method.text('AuthorizationType') === 'AWS_IAM' ? 'AWS_IAM' : 'NONE',
    logicalId: method.logicalId,
    checksBody: validator?.property('ValidateRequestBody') === true,
    checksParameters: validator?.property('ValidateRequestParameters') === true,
    requiredParameters: requiredParameters(method).map(({ name, place }) => `${place} ${name}`),
    models: Object.entries(propertiesOf(method.property('RequestModels'))).map(([contentType, name]) => ({
      contentType,
      name: String(name),
      schema: schemaOf(stacks, String(name)),
    })),
    passthrough: String(integration.PassthroughBehavior ?? 'WHEN_NO_MATCH'),
    requestTemplates: templatesOf(integration.RequestTemplates),
    responses: (Array.isArray(integration.IntegrationResponses) ? integration.IntegrationResponses : [])
      .filter(isProperties)
      .map(({ StatusCode, SelectionPattern, ResponseTemplates }) => ({
        status: String(StatusCode),
        pattern: typeof SelectionPattern === 'string' && SelectionPattern !== '' ? SelectionPattern : null,
        templates: templatesOf(ResponseTemplates),
      })),
  };
}

const propertiesOf = (value: unknown): Properties => (isProperties(value) ? value : {});

const templatesOf = (value: unknown): DeclaredTemplate[] =>
  Object.entries(propertiesOf(value)).map(([contentType, source]) => ({ contentType, source: String(source) }));

/** The schema as text; null for a model that API Gateway adds to every API, such as `Empty`. */
function schemaOf(stacks: Stacks, name: string): unknown {
  const model = stacks
    .ofType('AWS::ApiGateway::Model')
    .find((each) => each.logicalId === name || each.text('Name') === name);
  return model?.property('Schema') ?? null;
}
