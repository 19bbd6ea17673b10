import type { HttpRequest } from '../wire/http';
import type { Template } from './assembly';

/** One rule of a listener, as far as a path is concerned. */
interface PathRule {
  readonly priority: number;
  readonly fits: RegExp;
  readonly rewrites: readonly { readonly regex: RegExp; readonly replace: string }[];
}

interface RuleProperties {
  readonly Priority?: number;
  readonly Conditions?: readonly {
    readonly Field?: string;
    readonly PathPatternConfig?: { readonly Values?: string[] };
  }[];
  readonly Transforms?: readonly {
    readonly Type?: string;
    readonly UrlRewriteConfig?: { readonly Rewrites?: readonly { readonly Regex: string; readonly Replace: string }[] };
  }[];
}

/** What the load balancer before the REST proxy does to a request's path: the rules of the synthesized templates, the first that fits. */
export function loadBalancer(templates: Readonly<Record<string, Template>>): (request: HttpRequest) => HttpRequest {
  const rules = Object.values(templates)
    .flatMap(({ Resources }) => Object.values(Resources ?? {}))
    .filter(({ Type }) => Type === 'AWS::ElasticLoadBalancingV2::ListenerRule')
    .map(({ Properties }) => pathRule((Properties ?? {}) as RuleProperties))
    .sort((one, other) => one.priority - other.priority);
  return (request) => {
    const rule = rules.find(({ fits }) => fits.test(request.path));
    if (!rule) return request;
    const path = rule.rewrites.reduce((text, { regex, replace }) => text.replace(regex, replace), request.path);
    return { ...request, path };
  };
}

function pathRule({ Priority = 0, Conditions = [], Transforms = [] }: RuleProperties): PathRule {
  const patterns = Conditions.filter(({ Field }) => Field === 'path-pattern').flatMap(
    ({ PathPatternConfig }) => PathPatternConfig?.Values ?? [],
  );
  const alternatives = patterns.map((pattern) =>
    pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.'),
  );
  return {
    priority: Priority,
    fits: new RegExp(`^(?:${alternatives.join('|')})$`),
    rewrites: Transforms.filter(({ Type }) => Type === 'url-rewrite').flatMap(({ UrlRewriteConfig }) =>
      (UrlRewriteConfig?.Rewrites ?? []).map(({ Regex, Replace }) => ({ regex: new RegExp(Regex), replace: Replace })),
    ),
  };
}
