import type { RequestMapping } from './parameter-mapping';
import type { Properties, Resource } from './template';

const VARIABLE = /\{([^}]+?)\+?\}/g;

/** The path of an integration's Uri with its `{name}`s filled in. The host is not looked at: the binding stands for it. */
export function pathOfUri(
  method: Resource,
  integration: Properties,
  mappings: readonly RequestMapping[],
): (values: Readonly<Record<string, string>>) => string {
  const uri = String(integration.Uri ?? '');
  const template = /^https?:\/\/[^/]+(\/[^?#]*)?$/.exec(uri);
  if (!template) throw method.error(`its Uri is no http or https address without a query: ${uri}`);
  const path = template[1] ?? '/';
  const filled = new Set(mappings.filter(({ target }) => target === 'path').map(({ name }) => name));
  const open = [...path.matchAll(VARIABLE)].map((variable) => variable[1] ?? '').find((name) => !filled.has(name));
  if (open !== undefined) throw method.error(`its Uri has {${open}}, which no request parameter fills`);
  return (values) =>
    path.replace(VARIABLE, (_, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? '') : ''));
}

/** A raw query string in which one parameter has these values and no others. */
export function withParameter(query: string, name: string, values: readonly string[]): string {
  const encoded = encodeURIComponent(name);
  const others = query.split('&').filter((pair) => pair !== '' && pair !== encoded && !pair.startsWith(`${encoded}=`));
  return [...others, ...values.map((value) => `${encoded}=${encodeURIComponent(value)}`)].join('&');
}
