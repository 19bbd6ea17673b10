import type { GatewayOptions } from '../../gateway';
import { declaredRoutes } from '../../gateway/declared';
import { Router } from '../../gateway/router';
import { attempt } from '../../gateway/trial';
import type { RouteAbout, TryRequest, TryStep } from '../../serving/contract';
import type { DeclaredRoute } from '../../wire/declared-route';
import type { HttpRequest, HttpResponse } from '../../wire/http';
import type { LocalEnvironment } from '../environment';
import { stepsOf } from './api-trial';
import { exampleOf } from './route-example';

export interface ApiDeskOptions extends Pick<GatewayOptions, 'templates' | 'bindings' | 'stagePath'> {
  readonly environment: LocalEnvironment;
  readonly stage: string;
}

/** What a request went through, with what is needed to tell which records it stored. */
export interface Tried {
  readonly requestId: string;
  readonly steps: readonly TryStep[];
  readonly request: HttpRequest;
  readonly parameters: Readonly<Record<string, string>>;
  readonly sent: Buffer | undefined;
  readonly received: HttpResponse | undefined;
}

/** The API as the templates declare it, for people: to read, and to try a request step by step. */
export class ApiDesk {
  private readonly declared: readonly DeclaredRoute[];
  private readonly router = new Router<DeclaredRoute>();

  constructor(private readonly options: ApiDeskOptions) {
    this.declared = declaredRoutes(options.templates);
    for (const route of this.declared) this.router.add(route.path, route.verb, route);
  }

  routes(): RouteAbout[] {
    return this.declared.map((route) => ({ ...route, example: exampleOf(route, this.options.environment) }));
  }

  /** @throws ApiDefinitionError when an edited template cannot be compiled */
  async attempt(asked: TryRequest): Promise<Tried> {
    const { stage, environment: _, ...gateway } = this.options;
    const url = new URL(asked.path.replace(/^\/*/, '/'), 'http://localhost');
    const match = this.router.match(asked.verb, url.pathname);
    const request: HttpRequest = {
      method: asked.verb,
      path: `/${stage}${url.pathname}`,
      query: url.search.slice(1),
      headers: {
        host: 'localhost',
        accept: '*/*',
        'user-agent': 'console',
        ...(asked.contentType && { 'content-type': asked.contentType }),
      },
      body: Buffer.from(asked.body, 'utf8'),
    };
    const trial = await attempt(
      { ...gateway, auth: 'none' },
      {
        request,
        logicalId: match?.endpoint.logicalId,
        requestTemplates: asked.requestTemplates ?? [],
        responseTemplates: asked.responseTemplates ?? [],
        send: asked.send,
      },
    );
    return {
      requestId: trial.answer.headers['x-amzn-RequestId'] ?? '',
      steps: stepsOf(trial, match?.endpoint, asked.send),
      request,
      parameters: match?.parameters ?? {},
      sent: trial.sent?.body,
      received: trial.received,
    };
  }
}
