import { RequestBody } from '../../local/gateway/request-body';
import { Context } from '../../local/gateway/velocity/context';
import { MappingTemplate } from '../../local/gateway/velocity/mapping-template';
import type { Printed, Rendering } from './apache-velocity';

/** The same with our evaluator. */
export function ourVelocity({ template, body, params = {} }: Rendering): Printed {
  try {
    const text = new MappingTemplate(template).render({
      body: new RequestBody(Buffer.from(body, 'utf8')),
      parameters: { path: params, querystring: {}, header: {} },
      context: new Context(() => ({})),
      stageVariables: {},
      log: () => {},
    });
    return { text: text.toString('utf8') };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
