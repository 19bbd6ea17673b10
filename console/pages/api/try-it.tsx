import type { RouteAbout, TemplateSource, TryRequest, TryResult } from '@pipeline/local/serving/contract';
import { useState } from 'preact/hooks';
import { ask } from '../../api';
import { TrySteps } from './try-steps';

type ResponseTemplate = NonNullable<TryRequest['responseTemplates']>[number];

/** A request to write and to try, also with edited templates, which count for it alone. */
export function TryIt({ route }: { route: RouteAbout }) {
  const [path, setPath] = useState(route.example.path);
  const [verb, setVerb] = useState(route.verb === 'ANY' ? (route.example.body === '' ? 'GET' : 'POST') : route.verb);
  const [contentType, setContentType] = useState(route.example.contentType);
  const [body, setBody] = useState(route.example.body);
  const [templates, setTemplates] = useState<readonly TemplateSource[]>(route.requestTemplates);
  const [responses, setResponses] = useState<readonly ResponseTemplate[]>(responsesOf(route));
  const [result, setResult] = useState<TryResult>();
  const [trouble, setTrouble] = useState<string>();
  const [isTrying, setTrying] = useState(false);
  const attempt = async (send: boolean) => {
    setTrouble(undefined);
    setTrying(true);
    try {
      const edited = { requestTemplates: templates, responseTemplates: responses };
      setResult(await ask('tryRoute', { body: { verb, path, contentType, body, send, ...edited } }));
    } catch (error) {
      setTrouble((error as Error).message);
    }
    setTrying(false);
  };
  const isEdited =
    templates.some(({ source }, at) => source !== route.requestTemplates[at]?.source) ||
    responses.some(({ source }, at) => source !== responsesOf(route)[at]?.source);
  return (
    <section aria-labelledby="try">
      <h3 id="try">Try it</h3>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(false);
        }}
      >
        <div class="fields">
          {route.verb === 'ANY' && (
            <label>
              Verb
              <select value={verb} onChange={({ currentTarget }) => setVerb(currentTarget.value)}>
                {['GET', 'POST', 'PUT', 'DELETE'].map((each) => (
                  <option key={each}>{each}</option>
                ))}
              </select>
            </label>
          )}
          <label class="grow">
            Path below the stage
            <input class="raw" value={path} onInput={({ currentTarget }) => setPath(currentTarget.value)} data-search />
          </label>
          <label>
            Content type
            <input value={contentType} onInput={({ currentTarget }) => setContentType(currentTarget.value)} />
          </label>
        </div>
        <label class="whole">
          Body
          <textarea
            class="raw"
            rows={8}
            spellcheck={false}
            value={body}
            onInput={({ currentTarget }) => setBody(currentTarget.value)}
          />
        </label>
        {templates.map((template, at) => (
          <Template
            key={template.contentType}
            title={`Request template for ${template.contentType}`}
            source={template.source}
            edit={(source) => setTemplates(templates.map((each, other) => (other === at ? { ...each, source } : each)))}
          />
        ))}
        {responses.map((template, at) => (
          <Template
            key={`${template.status}/${template.contentType}`}
            title={`Response template of ${template.status} for ${template.contentType}`}
            source={template.source}
            edit={(source) => setResponses(responses.map((each, other) => (other === at ? { ...each, source } : each)))}
          />
        ))}
        <p class="tabs">
          <button type="submit" class="main" disabled={isTrying}>
            Check it; nothing is sent
          </button>
          <button type="button" disabled={isTrying} onClick={() => void attempt(true)}>
            Send it
          </button>
          {isEdited && (
            <button
              type="button"
              onClick={() => {
                setTemplates(route.requestTemplates);
                setResponses(responsesOf(route));
              }}
            >
              Templates as declared
            </button>
          )}
        </p>
        {isEdited && (
          <p class="note waiting">
            A template is edited, for this page alone. To keep it, change its file in lib/constructs/templates/ and
            start again.
          </p>
        )}
      </form>
      {trouble !== undefined && (
        <p class="banner wrong" role="alert">
          {trouble}
        </p>
      )}
      {result && <TrySteps result={result} />}
    </section>
  );
}

const responsesOf = ({ responses }: RouteAbout): ResponseTemplate[] =>
  responses.flatMap(({ status, templates }) => templates.map((template) => ({ status, ...template })));

function Template({ title, source, edit }: { title: string; source: string; edit: (source: string) => void }) {
  return (
    <details>
      <summary>{title}</summary>
      <textarea
        class="raw"
        rows={Math.min(24, source.split('\n').length + 1)}
        spellcheck={false}
        aria-label={title}
        value={source}
        onInput={({ currentTarget }) => edit(currentTarget.value)}
      />
    </details>
  );
}
