import type { ErrorObject, ValidateFunction } from 'ajv-draft-04';
import Ajv from 'ajv-draft-04';
import type { RequestBody } from './request-body';
import { shallowView } from './shallow-view';
import { isProperties, type Resource } from './template';

/** Checks a body. Gives undefined for a good body, else the text of `$context.error.validationErrorString`. */
export type BodyCheck = (body: RequestBody) => string | undefined;

/** Schemas that API Gateway adds to every API. */
const BUILT_IN: Readonly<Record<string, object>> = {
  Empty: { type: 'object' },
  Error: { type: 'object', properties: { message: { type: 'string' } } },
};

/** The API's models, as JSON Schema draft-04. */
export class Models {
  /** Created at the first use, because creating it takes milliseconds and many APIs have no models. */
  private loaded: Ajv | undefined;
  private readonly compiled = new Map<string, BodyCheck>();
  private readonly names = new Map<string, { readonly schema: object; readonly resource?: Resource }>();

  constructor(resources: readonly Resource[]) {
    for (const [name, schema] of Object.entries(BUILT_IN)) this.names.set(name, { schema });
    for (const resource of resources) {
      const schema = resource.property('Schema');
      if (!isProperties(schema)) throw resource.error('Schema must be an object');
      const model = { schema: withLocalReferences(schema) as object, resource };
      this.names.set(resource.logicalId, model);
      const name = resource.text('Name');
      if (name !== undefined) this.names.set(name, model);
    }
  }

  private get ajv(): Ajv {
    if (this.loaded === undefined) {
      this.loaded = new Ajv({
        strict: false,
        allErrors: false,
        logger: false,
        validateFormats: false,
        unicodeRegExp: false,
        ownProperties: true,
      });
      for (const [name, { schema }] of this.names) this.loaded.addSchema(schema, uriOf(name));
    }
    return this.loaded;
  }

  /** The check of one model, by name or logical id; undefined if there is no such model. Throws if its schema cannot be used. */
  check(name: string): BodyCheck | undefined {
    const model = this.names.get(name);
    if (model === undefined) return undefined;
    let check = this.compiled.get(name);
    if (check === undefined) {
      check = this.compile(name, model);
      this.compiled.set(name, check);
    }
    return check;
  }

  private compile(
    name: string,
    { schema, resource }: { readonly schema: object; readonly resource?: Resource },
  ): BodyCheck {
    let validate: ValidateFunction | undefined;
    try {
      validate = this.ajv.getSchema(uriOf(name));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw resource ? resource.error(`its schema cannot be used: ${why}`, { cause }) : cause;
    }
    if (validate === undefined) throw new Error(`model ${name} has no schema`);
    const valid = validate;
    const view = shallowView(schema);
    return ({ json }) => {
      if (json === undefined) return 'the body is not JSON';
      return valid(view(json)) ? undefined : describe(valid.errors ?? []);
    };
  }
}

const uriOf = (name: string): string => `https://models.invalid/${encodeURIComponent(name)}`;

/** A `$ref` names a model by a URL with the id of the deployed API. The laptop does not know that id and uses only the model's name. */
function withLocalReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withLocalReferences);
  if (!isProperties(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name]) => name !== 'id' || typeof schema.id !== 'string')
      .map(([name, value]) => {
        const model = name === '$ref' && typeof value === 'string' ? /\/models\/([^/#]+)(#.*)?$/.exec(value) : null;
        return [name, model ? `${uriOf(model[1] ?? '')}${model[2] ?? ''}` : withLocalReferences(value)];
      }),
  );
}

function describe(errors: readonly ErrorObject[]): string {
  return `[${errors.map(({ instancePath, message }) => `${instancePath || '/'} ${message}`).join(', ')}]`;
}
