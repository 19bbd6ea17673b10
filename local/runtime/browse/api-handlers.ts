import { ApiDefinitionError } from '../../gateway';
import { type Handlers, Problem } from '../../serving';
import type { TryRequest } from '../../serving/contract';
import { storedBy } from '../observe/stored';
import type { Pipeline } from '../pipeline';
import { ApiDesk, type ApiDeskOptions } from './api-desk';

/** What the API is made of, so that it can be tried in another form. */
export type ApiParts = Pick<ApiDeskOptions, 'templates' | 'bindings' | 'stagePath'>;

/** The API to read, and to try step by step. */
export function apiHandlers(
  { environment, gateway }: Pipeline,
  parts: ApiParts,
): Pick<Handlers, 'routes' | 'tryRoute'> {
  const made = () => new ApiDesk({ ...parts, environment, stage: gateway.stage });
  let desk = made();
  let of = parts.templates;
  /** Made anew when other templates are served. */
  const current = () => {
    if (of !== parts.templates) desk = made();
    of = parts.templates;
    return desk;
  };
  return {
    routes: async () => current().routes(),
    tryRoute: async ({ body }) => {
      const tried = await current()
        .attempt(checked(body))
        .catch((error: Error) => {
          if (error instanceof ApiDefinitionError) throw new Problem(400, error.message);
          throw error;
        });
      const { requestId, steps, request, parameters, sent, received } = tried;
      const backend = sent && received && { sent, sentHeaders: {}, response: received };
      return { requestId, steps, stored: storedBy({ path: request.path, parameters, backend }).ranges };
    },
  };
}

const VERBS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];

/** @throws Problem 400 */
function checked(body: TryRequest): TryRequest {
  const { verb, path, contentType, body: text, send, requestTemplates = [], responseTemplates = [] } = body;
  if (!VERBS.includes(verb))
    throw new Problem(400, `verb must be one of ${VERBS.join(', ')}, got ${JSON.stringify(verb)}`);
  for (const [name, value] of Object.entries({ path, contentType, body: text }))
    if (typeof value !== 'string') throw new Problem(400, `${name} must be text, got ${JSON.stringify(value)}`);
  if (typeof send !== 'boolean') throw new Problem(400, `send must be true or false, got ${JSON.stringify(send)}`);
  const templates: readonly unknown[] = [...list(requestTemplates), ...list(responseTemplates)];
  if (templates.some((each) => typeof (each as { source?: unknown } | null)?.source !== 'string'))
    throw new Problem(400, 'each template must have a contentType and a source');
  return body;
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Problem(400, 'requestTemplates and responseTemplates must be lists');
}
