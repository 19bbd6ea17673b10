import type { RequestMapping } from './parameter-mapping';
import type { Properties, Resource } from './template';

const VARIABLE = /\{([^}]+?)\+?\}/g;

/** The path of an integration's Uri with its `{name}`s filled in. The host is ignored: the request goes to the binding instead. */
export function pathOfUri(
  method: Resource,
  integration: Properties,
  mappings: readonly RequestMapping[],
): (values: Readonly<Record<string, string>>) => string {
  const uri = String(integration.Uri ?? '');
  const template = /^https?:\/\/[^/]+(\/[^?#]*)?$/.exec(uri);
  if (!template) throw method.error(`its Uri must be an http or https address without a query, got ${uri}`);
  const path = template[1] ?? '/';
  return filledPath(method, path, mappings);
}

/** Bucket and key of an S3 integration's Uri, with the `{name}`s of the key filled in. */
export function objectOfUri(
  method: Resource,
  uri: string,
  mappings: readonly RequestMapping[],
): (values: Readonly<Record<string, string>>) => { bucket: string; key: string } {
  const [, bucket, key] = /:s3:path\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (bucket === undefined || key === undefined) throw method.error(`its Uri must name a bucket and a key, got ${uri}`);
  const fill = filledPath(method, key, mappings);
  return (values) => ({ bucket, key: fill(values) });
}

function filledPath(
  method: Resource,
  path: string,
  mappings: readonly RequestMapping[],
): (values: Readonly<Record<string, string>>) => string {
  const filled = new Set(mappings.filter(({ target }) => target === 'path').map(({ name }) => name));
  const open = [...path.matchAll(VARIABLE)].map((variable) => variable[1] ?? '').find((name) => !filled.has(name));
  if (open !== undefined) throw method.error(`its Uri has {${open}}, which no request parameter fills`);
  // Text and names of variables in turn, taken apart once: requests only fill in.
  const [first = '', ...rest] = path.split(VARIABLE);
  return (values) => {
    let filledIn = first;
    for (let at = 0; at < rest.length; at += 2) {
      const name = rest[at]!;
      filledIn += (Object.hasOwn(values, name) ? (values[name] ?? '') : '') + rest[at + 1]!;
    }
    return filledIn;
  };
}

/** The raw query string with all values of one parameter replaced by `values`. */
export function withParameter(query: string, name: string, values: readonly string[]): string {
  const encoded = encodeURIComponent(name);
  const others = query.split('&').filter((pair) => pair !== '' && pair !== encoded && !pair.startsWith(`${encoded}=`));
  return [...others, ...values.map((value) => `${encoded}=${encodeURIComponent(value)}`)].join('&');
}
