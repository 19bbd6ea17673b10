import { DATASETS } from '@pipeline/datasets/schema';
import { type App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ApiStack } from '../../../lib/stacks/api-stack';
import { LakeStack } from '../../../lib/stacks/lake-stack';
import { givenApp, givenConfig, SPARK, withoutHashes } from '../testing/environment';

const made = new Map<string, ReturnType<typeof make>>();

/** The stack for some settings; made once for equal ones, since every test only reads. */
function given(settings: Record<string, unknown> = {}) {
  const key = JSON.stringify(settings);
  if (!made.has(key)) made.set(key, make(settings));
  return made.get(key)!;
}

function make(settings: Record<string, unknown>) {
  const app: App = givenApp();
  const network = new Stack(app, 'Net', { env: { account: '111122223333', region: 'eu-west-1' } });
  const vpc = new ec2.Vpc(network, 'Vpc', { availabilityZones: ['eu-west-1a', 'eu-west-1b'] });
  const kafkaRest = new elbv2.ApplicationLoadBalancer(network, 'Balancer', { vpc });
  const config = givenConfig(settings);
  const { lake } = new LakeStack(app, 'Lake', { config });
  const stack = new ApiStack(app, 'Api', { config, vpc, lake, kafkaRest });
  return { stack, template: Template.fromStack(stack) };
}

interface Method {
  readonly HttpMethod: string;
  readonly AuthorizationType: string;
  readonly ResourceId: { Ref: string };
  readonly RequestModels?: Record<string, { Ref: string }>;
  readonly Integration: {
    readonly Type: string;
    readonly Uri: unknown;
    readonly PassthroughBehavior?: string;
    readonly IntegrationHttpMethod?: string;
    readonly RequestParameters?: Record<string, string>;
    readonly RequestTemplates?: Record<string, string>;
    readonly IntegrationResponses?: {
      StatusCode: string;
      SelectionPattern?: string;
      ResponseTemplates?: Record<string, string>;
    }[];
  };
  readonly MethodResponses?: { StatusCode: string }[];
}

/** Methods of the template by verb and path, `PUT /streams/{stream-name}/record`. */
function methodsOf(template: Template): Record<string, Method> {
  const resources = template.findResources('AWS::ApiGateway::Resource');
  const pathOf = (id: string | undefined): string => {
    const resource = id === undefined ? undefined : resources[id];
    return resource ? `${pathOf(resource.Properties.ParentId.Ref)}/${resource.Properties.PathPart}` : '';
  };
  const methods = Object.values(template.findResources('AWS::ApiGateway::Method')).map(
    ({ Properties }) => Properties as Method,
  );
  return Object.fromEntries(methods.map((method) => [`${method.HttpMethod} ${pathOf(method.ResourceId.Ref)}`, method]));
}

const KINESIS_ROUTES = {
  'GET /streams': 'ListStreams',
  'GET /streams/{stream-name}': 'DescribeStream',
  'POST /streams/{stream-name}': 'CreateStream',
  'DELETE /streams/{stream-name}': 'DeleteStream',
  'PUT /streams/{stream-name}/record': 'PutRecord',
  'PUT /streams/{stream-name}/records': 'PutRecords',
};

const VIEW_ROUTES = ['GET /views', 'GET /views/{view}'];

test('the API has the six routes to Kinesis, the one to Kafka, the two of the answers, and no other', () => {
  expect(Object.keys(methodsOf(given().template)).sort()).toEqual(
    [...Object.keys(KINESIS_ROUTES), ...VIEW_ROUTES, 'ANY /{proxy+}'].sort(),
  );
});

test('every method asks for IAM', () => {
  for (const method of Object.values(methodsOf(given().template))) expect(method.AuthorizationType).toBe('AWS_IAM');
  expect.assertions(9);
});

test.each(Object.entries(KINESIS_ROUTES))('%s is Kinesis %s, posted in its own content type', (route, action) => {
  const method = methodsOf(given().template)[route]!;
  expect(method.Integration).toMatchObject({
    Type: 'AWS',
    Uri: `arn:aws:apigateway:eu-west-1:kinesis:action/${action}`,
    IntegrationHttpMethod: 'POST',
    PassthroughBehavior: 'NEVER',
    RequestParameters: { 'integration.request.header.Content-Type': "'application/x-amz-json-1.1'" },
  });
  expect(Object.keys(method.Integration.RequestTemplates!)).toEqual(['application/json']);
});

test.each(Object.keys(KINESIS_ROUTES))(
  '%s passes an error of Kinesis on as an error, and throttling as 429',
  (route) => {
    const method = methodsOf(given().template)[route]!;
    const answers = method.Integration.IntegrationResponses!;
    expect(answers.map(({ StatusCode, SelectionPattern }) => [SelectionPattern, StatusCode])).toEqual([
      [undefined, '200'],
      ['4\\d{2}', '400'],
      ['5\\d{2}', '500'],
    ]);
    expect(answers[1]!.ResponseTemplates!['application/json']).toBe(
      [
        "#set($type = $input.path('$.__type'))",
        "#if($type.contains('ProvisionedThroughputExceeded') || $type.contains('LimitExceeded') || $type.contains('KMSThrottling'))",
        '#set($context.responseOverride.status = 429)',
        '#end',
        "$input.json('$')",
      ].join('\n'),
    );
    expect(method.MethodResponses!.map(({ StatusCode }) => StatusCode)).toEqual(['200', '400', '429', '500']);
  },
);

/** Templates of the answers' 404, by route. */
const missingOf = (settings: Record<string, unknown>, route: string): string =>
  methodsOf(given(settings).template)[route]!.Integration.IntegrationResponses!.find(
    ({ SelectionPattern }) => SelectionPattern === '403|404',
  )!.ResponseTemplates!['application/json']!;

test('the answers are objects of S3, read by a role that reads those and nothing else', () => {
  const { template } = given();
  const uri = (key: string) => ({
    'Fn::Join': ['', ['arn:aws:apigateway:eu-west-1:s3:path/', expect.anything(), `/views/${key}`]],
  });
  const methods = methodsOf(template);
  expect(methods['GET /views']!.Integration).toMatchObject({
    Type: 'AWS',
    IntegrationHttpMethod: 'GET',
    Uri: uri('index.json'),
  });
  expect(methods['GET /views/{view}']!.Integration).toMatchObject({
    Type: 'AWS',
    IntegrationHttpMethod: 'GET',
    PassthroughBehavior: 'NEVER',
    Uri: uri('{layer}/{view}.json'),
    RequestParameters: {
      'integration.request.path.view': 'method.request.path.view',
      'integration.request.path.layer': "'serving'",
      'integration.request.header.If-None-Match': 'method.request.header.If-None-Match',
    },
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyName: Match.stringLikeRegexp('^ViewsRole'),
    PolicyDocument: {
      Statement: [
        { Action: 's3:GetObject', Effect: 'Allow', Resource: { 'Fn::Join': ['', [Match.anyValue(), '/views/*']] } },
        {
          Action: 'kms:Decrypt',
          Effect: 'Allow',
          Resource: Match.anyValue(),
          Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
        },
      ],
    },
  });
});

test('an answer that is not there yet says when it comes, and where nobody computes any, that', () => {
  const hourly = { spark: { ...SPARK, schedule: 'daily' } };
  expect(missingOf(hourly, 'GET /views')).toBe(
    '{"message":"no answers yet: runs start every day at 0:00 UTC, and the first one that ends well writes them"}',
  );
  expect(missingOf({}, 'GET /views')).toBe(
    '{"message":"no answers here: this environment has neither spark nor databricks to compute them"}',
  );
});

test('the template of a missing answer knows every view', () => {
  const template = missingOf({}, 'GET /views/{view}');
  expect(template).toContain("#set($known = ['top_category_by_country', 'posts_by_category_and_year',");
  expect(template).toContain('(known: top_category_by_country, posts_by_category_and_year,');
  expect(template).not.toContain('@');
});

test('all other paths go to the REST proxy as they came, through the private link', () => {
  const { template } = given();
  const [linkId] = Object.keys(template.findResources('AWS::ApiGatewayV2::VpcLink'));
  expect(methodsOf(template)['ANY /{proxy+}']).toMatchObject({
    RequestParameters: { 'method.request.path.proxy': true },
    Integration: {
      Type: 'HTTP_PROXY',
      IntegrationHttpMethod: 'ANY',
      ConnectionType: 'VPC_LINK',
      ConnectionId: { Ref: linkId },
      IntegrationTarget: {
        'Fn::GetStackOutput': { StackName: 'Net', OutputName: expect.stringMatching(/^PublishOutputRefBalancer/) },
      },
      RequestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
      Uri: {
        'Fn::Join': [
          '',
          ['http://', { 'Fn::GetStackOutput': expect.objectContaining({ StackName: 'Net' }) }, '/{proxy}'],
        ],
      },
    },
  });
});

test('the link reaches the load balancer on port 80 and nothing else', () => {
  const { template } = given();
  template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', { FromPort: 80, ToPort: 80, IpProtocol: 'tcp' });
  template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { FromPort: 80, ToPort: 80, IpProtocol: 'tcp' });
  template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 1);
});

test('another load balancer makes a new deployment, though CDK does not see the override', () => {
  const [here] = Object.keys(given().template.findResources('AWS::ApiGateway::Deployment'));
  const app = givenApp();
  const network = new Stack(app, 'Net', { env: { account: '111122223333', region: 'eu-west-1' } });
  const vpc = new ec2.Vpc(network, 'Vpc', { availabilityZones: ['eu-west-1a', 'eu-west-1b'] });
  const kafkaRest = new elbv2.ApplicationLoadBalancer(network, 'Other', { vpc });
  const config = givenConfig();
  const { lake } = new LakeStack(app, 'Lake', { config });
  const stack = new ApiStack(app, 'Api', { config, vpc, lake, kafkaRest });
  expect(Object.keys(Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'))).not.toContain(here);
});

function schemaOf(template: Template, route: string): unknown {
  const model = methodsOf(template)[route]!.RequestModels!['application/json']!.Ref;
  return template.findResources('AWS::ApiGateway::Model')[model]!.Properties.Schema;
}

test('a record needs Data of any kind and a PartitionKey; a StreamName is taken and ignored', () => {
  expect(schemaOf(given().template, 'PUT /streams/{stream-name}/record')).toEqual({
    $schema: 'http://json-schema.org/draft-04/schema#',
    title: 'PutRecord',
    type: 'object',
    required: ['Data', 'PartitionKey'],
    properties: {
      StreamName: { type: 'string' },
      Data: {},
      PartitionKey: { type: 'string', minLength: 1, maxLength: 256 },
    },
    additionalProperties: false,
  });
});

test('records are a list of 1 to 500, each with data of any kind and a partition-key', () => {
  expect(schemaOf(given().template, 'PUT /streams/{stream-name}/records')).toEqual({
    $schema: 'http://json-schema.org/draft-04/schema#',
    title: 'PutRecords',
    type: 'object',
    required: ['records'],
    properties: {
      StreamName: { type: 'string' },
      records: {
        type: 'array',
        minItems: 1,
        maxItems: 500,
        items: {
          type: 'object',
          required: ['data', 'partition-key'],
          properties: { data: {}, 'partition-key': { type: 'string', minLength: 1, maxLength: 256 } },
          additionalProperties: false,
        },
      },
    },
    additionalProperties: false,
  });
});

test('a new stream’s shards are a whole number, so that nothing else can be written into the request', () => {
  expect(schemaOf(given().template, 'POST /streams/{stream-name}')).toMatchObject({
    properties: { ShardCount: { type: 'integer', minimum: 1, maximum: 500 } },
    additionalProperties: false,
  });
});

test('every body and path parameter is checked by the one validator', () => {
  const { template } = given();
  template.resourceCountIs('AWS::ApiGateway::RequestValidator', 1);
  template.hasResourceProperties('AWS::ApiGateway::RequestValidator', {
    ValidateRequestBody: true,
    ValidateRequestParameters: true,
  });
  template.allResourcesProperties('AWS::ApiGateway::Method', { RequestValidatorId: Match.anyValue() });
});

test('the role of the routes may use the user’s streams, list all, and not delete those of the datasets', () => {
  given().template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'kinesis:ListStreams', Resource: '*' },
        {
          Effect: 'Allow',
          Action: [
            'kinesis:CreateStream',
            'kinesis:DeleteStream',
            'kinesis:DescribeStream',
            'kinesis:PutRecord',
            'kinesis:PutRecords',
          ],
          Resource: 'arn:aws:kinesis:eu-west-1:111122223333:stream/streaming-ada-*',
        },
        {
          Effect: 'Deny',
          Action: 'kinesis:DeleteStream',
          Resource: [...DATASETS]
            .sort()
            .map((dataset) => `arn:aws:kinesis:eu-west-1:111122223333:stream/streaming-ada-${dataset}`),
        },
      ],
    },
  });
  given().template.resourceCountIs('AWS::IAM::Policy', 2);
});

test('where data may be destroyed, a request may delete their streams too', () => {
  expect(JSON.stringify(given({ destroyData: true }).template.findResources('AWS::IAM::Policy'))).not.toContain('Deny');
});

test('the stage is the environment’s, throttled as its file says, logs each request, and never data', () => {
  const { template } = given({ api: { requestsPerSecond: 123, burst: 456 }, logRetentionDays: 14 });
  template.hasResourceProperties('AWS::ApiGateway::Stage', {
    StageName: 'test',
    MethodSettings: [
      {
        HttpMethod: '*',
        ResourcePath: '/*',
        ThrottlingRateLimit: 123,
        ThrottlingBurstLimit: 456,
        LoggingLevel: 'ERROR',
        DataTraceEnabled: false,
        MetricsEnabled: true,
      },
    ],
  });
  const [stage] = Object.values(template.findResources('AWS::ApiGateway::Stage'));
  expect(JSON.parse(stage!.Properties.AccessLogSetting.Format)).toMatchObject({
    requestId: '$context.requestId',
    status: '$context.status',
    integrationError: '$context.integrationErrorMessage',
  });
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 14 });
});

test('the role through which all APIs of the account log stays when this one goes', () => {
  const { template } = given();
  template.hasResource('AWS::ApiGateway::Account', { DeletionPolicy: 'Retain' });
  template.hasResource('AWS::IAM::Role', { DeletionPolicy: 'Retain' });
});

test('no origin means no OPTIONS methods and no headers for browsers', () => {
  expect(JSON.stringify(given().template.toJSON())).not.toContain('Access-Control');
});

test('with an origin, OPTIONS asks for no authorization and answers carry the origin, errors too', () => {
  const { template } = given({ api: { requestsPerSecond: 1, burst: 1, corsOrigins: ['https://pins.example'] } });
  const methods = methodsOf(template);
  expect(methods['OPTIONS /{proxy+}']!.AuthorizationType).toBe('NONE');
  expect(methods['OPTIONS /streams/{stream-name}/record']!.AuthorizationType).toBe('NONE');
  expect(methods['PUT /streams/{stream-name}/record']!.AuthorizationType).toBe('AWS_IAM');
  const header = { 'method.response.header.Access-Control-Allow-Origin': "'https://pins.example'" };
  for (const answer of methods['PUT /streams/{stream-name}/record']!.Integration.IntegrationResponses!) {
    expect(answer).toMatchObject({ ResponseParameters: header });
  }
  for (const ResponseType of ['DEFAULT_4XX', 'DEFAULT_5XX']) {
    template.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType,
      ResponseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'https://pins.example'" },
    });
  }
});

test('the firewall stands before the stage where the environment asks for it', () => {
  given().template.resourceCountIs('AWS::WAFv2::WebACL', 0);
  const { template } = given({ api: { requestsPerSecond: 1, burst: 1, firewall: true } });
  template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
  template.hasResourceProperties('AWS::WAFv2::WebACL', { Scope: 'REGIONAL', DefaultAction: { Allow: {} } });
});

test('the firewall only counts what it finds in bodies, so that dirt and large batches pass', () => {
  const { template } = given({ api: { requestsPerSecond: 1, burst: 1, firewall: true } });
  const count = (Name: string) => ({ Name, ActionToUse: { Count: {} } });
  template.hasResourceProperties('AWS::WAFv2::WebACL', {
    Rules: Match.arrayWith([
      Match.objectLike({
        Name: 'AWSManagedRulesCommonRuleSet',
        Statement: {
          ManagedRuleGroupStatement: {
            RuleActionOverrides: [
              count('SizeRestrictions_BODY'),
              count('EC2MetaDataSSRF_BODY'),
              count('GenericLFI_BODY'),
              count('GenericRFI_BODY'),
              count('CrossSiteScripting_BODY'),
            ],
          },
        },
      }),
    ]),
  });
});

test('nothing in the template changes unnoticed', () => {
  expect(withoutHashes(given().stack)).toMatchSnapshot();
});
