import { join } from 'node:path';
import { views } from '@pipeline/datasets/sql';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge';
import { type DataLake, VIEWS_FOLDER } from './data-lake';
import type { IngestApi } from './ingest-api';
import { readRepositoryText } from './repository-text';

export interface ViewRoutesProps {
  readonly api: IngestApi;
  /** The answers are in its folder `views/`. */
  readonly lake: DataLake;
  /** When runs write the answers, as the end of a sentence. @default - this environment does not write answers */
  readonly runs?: string;
}

/**
 * `GET /views` and `GET /views/{view}?layer=`: API Gateway reads the objects that each run writes.
 *
 * Without the right to list, S3 answers 403 for an object that does not exist. The template turns this 403 into the cause:
 * no such layer (400), no such view (404), or a view without an answer yet (404).
 */
export class ViewRoutes extends Construct {
  private readonly role: iam.Role;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ViewRoutesProps,
  ) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com') });
    props.lake.grantReadViews(this.role);
    acknowledgeWildcard(
      this.role,
      `/${VIEWS_FOLDER}/*`,
      'One object for each question and layer, and none beside them',
    );

    const views = props.api.api.root.addResource('views');
    this.route(views, { key: 'index.json', missing: 'views-missing' });
    this.route(views.addResource('{view}'), {
      key: '{layer}/{view}.json',
      missing: 'view-missing',
      request: 'view-request',
      mappings: {
        'integration.request.path.view': 'method.request.path.view',
        // The template replaces it by the layer of the query.
        'integration.request.path.layer': "'serving'",
      },
      parameters: { 'method.request.path.view': true, 'method.request.querystring.layer': false },
    });
  }

  private route(resource: apigateway.Resource, route: ViewRoute): void {
    const { api, lake } = this.props;
    const integration = new apigateway.AwsIntegration({
      service: 's3',
      path: `${lake.topics.bucketName}/${VIEWS_FOLDER}/${route.key}`,
      integrationHttpMethod: 'GET',
      options: {
        credentialsRole: this.role,
        // NEVER with a template: a body of another content type would otherwise skip the template, and the layer with it.
        passthroughBehavior: route.request
          ? apigateway.PassthroughBehavior.NEVER
          : apigateway.PassthroughBehavior.WHEN_NO_TEMPLATES,
        requestParameters: {
          'integration.request.header.If-None-Match': 'method.request.header.If-None-Match',
          ...route.mappings,
        },
        requestTemplates: route.request ? { 'application/json': readTemplate(route.request) } : undefined,
        integrationResponses: [
          this.answer('200', '200', { 'Content-Type': 'Content-Type', ETag: 'ETag', 'Last-Modified': 'Last-Modified' }),
          this.answer('304', '304', { ETag: 'ETag' }),
          this.answer('404', '403|404', {}, this.templateOf(route.missing)),
          this.answer('500', undefined, {}, readTemplate('views-error')),
        ],
      },
    });
    api.addMethod(resource, 'GET', integration, {
      requestParameters: { 'method.request.header.If-None-Match': false, ...route.parameters },
      methodResponses: [
        this.declared('200', ['Content-Type', 'ETag', 'Last-Modified', 'Cache-Control']),
        this.declared('304', ['ETag', 'Cache-Control']),
        // The template for 404 answers 400 when the layer is wrong.
        this.declared('400', []),
        this.declared('404', []),
        this.declared('500', []),
      ],
    });
  }

  /** Passes S3's answer on as `statusCode` with these headers, and with another body if there is a template. */
  private answer(
    statusCode: string,
    selectionPattern: string | undefined,
    headers: Readonly<Record<string, string>>,
    template?: string,
  ): apigateway.IntegrationResponse {
    const { corsOrigin } = this.props.api;
    const isAnswer = template === undefined;
    return {
      statusCode,
      selectionPattern,
      responseTemplates: isAnswer ? undefined : { 'application/json': template },
      responseParameters: {
        ...Object.fromEntries(
          Object.entries(headers).map(([name, from]) => [
            `method.response.header.${name}`,
            `integration.response.header.${from}`,
          ]),
        ),
        // A client that keeps an answer asks again with its ETag; an unchanged answer costs only a few bytes.
        ...(isAnswer && { 'method.response.header.Cache-Control': "'no-cache'" }),
        ...(corsOrigin && { 'method.response.header.Access-Control-Allow-Origin': `'${corsOrigin}'` }),
      },
    };
  }

  private declared(statusCode: string, headers: readonly string[]): apigateway.MethodResponse {
    const all = [...headers, ...(this.props.api.corsOrigin ? ['Access-Control-Allow-Origin'] : [])];
    return {
      statusCode,
      responseParameters: Object.fromEntries(all.map((name) => [`method.response.header.${name}`, true])),
    };
  }

  /** A template with this environment's schedule and the names of all views filled in. */
  private templateOf(name: string): string {
    const { runs } = this.props;
    const names = views().map((view) => view.name);
    const noneYet = runs
      ? `no answers yet: runs start ${runs}, and the first one that ends well writes them`
      : 'no answers here: this environment has neither spark nor databricks to compute them';
    return readTemplate(name)
      .replace('@known@', names.map((each) => `'${each}'`).join(', '))
      .replace('@names@', names.join(', '))
      .replace('@none-yet@', noneYet);
  }
}

interface ViewRoute {
  /** Object under `views/`, with `{…}` for parts of the path. */
  readonly key: string;
  /** Template of the answer when S3 does not have the object. */
  readonly missing: string;
  /** Template of the request. */
  readonly request?: string;
  readonly mappings?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, boolean>>;
}

function readTemplate(name: string): string {
  return readRepositoryText(join(__dirname, 'templates', `${name}.vtl`)).trim();
}
