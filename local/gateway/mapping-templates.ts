import { GatewayError } from './errors';
import { mimeTypeOf } from './exchange';
import { isProperties, type Resource } from './template';
import { MappingTemplate } from './velocity/mapping-template';
import { TemplateError } from './velocity/values';

/** Templates by MIME type, compiled. */
export function loadTemplates(
  method: Resource,
  templates: unknown,
  property: string,
): ReadonlyMap<string, MappingTemplate> {
  const loaded = new Map<string, MappingTemplate>();
  for (const [type, source] of Object.entries(isProperties(templates) ? templates : {})) {
    try {
      loaded.set(mimeTypeOf(type) ?? type, new MappingTemplate(String(source)));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw method.error(`${property} of ${type}: ${why}`, { cause });
    }
  }
  return loaded;
}

/** Renders a template. A failure is logged in full; the client gets only an internal error. */
export function rendered(work: () => Buffer, log: (message: string) => void): Buffer {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    log(`the mapping template failed: ${error.message}`);
    throw new GatewayError('API_CONFIGURATION_ERROR');
  }
}
