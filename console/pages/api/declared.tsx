import type { RouteAbout } from '@pipeline/local/serving/contract';

/** What the template declares for one route. */
export function Declared({ route }: { route: RouteAbout }) {
  const { integration, authorization, logicalId, checksBody, checksParameters, requiredParameters, passthrough } =
    route;
  return (
    <>
      <dl class="facts">
        <dt>goes to</dt>
        <dd>{integration}</dd>
        <dt>authorization</dt>
        <dd>{authorization}</dd>
        <dt>declared as</dt>
        <dd>
          <code>{logicalId}</code>
        </dd>
        <dt>validator</dt>
        <dd>
          {checksParameters && requiredParameters.length > 0 && `asks for ${requiredParameters.join(', ')}; `}
          {checksBody && route.models.length > 0
            ? 'checks the body against the model below'
            : 'does not look at the body'}
        </dd>
        <dt>without a template</dt>
        <dd>
          {PASSTHROUGH[passthrough] ?? ''} <span class="quiet">({passthrough})</span>
        </dd>
      </dl>
      {route.models.map(({ contentType, name, schema }) => (
        <details key={`${contentType}/${name}`}>
          <summary>
            Model {name} <span class="quiet">for {contentType}</span>
          </summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre tabIndex={0}>{JSON.stringify(schema, null, 2)}</pre>
        </details>
      ))}
    </>
  );
}

/** What becomes of a body whose content type has no mapping template. */
const PASSTHROUGH: Readonly<Record<string, string>> = {
  NEVER: 'a body is refused with 415',
  WHEN_NO_MATCH: 'a body goes on as it is',
  WHEN_NO_TEMPLATES: 'a body goes on as it is where there is no template at all, else it is refused with 415',
};
