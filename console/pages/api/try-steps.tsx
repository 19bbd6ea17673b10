import type { TryResult, TryStep } from '@pipeline/local/serving/contract';
import { ContentView } from '../../parts/content';
import { addressOfPage } from '../../router';

const NAMES: Readonly<Record<TryStep['step'], string>> = {
  route: 'Route',
  authorization: 'Authorization',
  parameters: 'Parameters',
  body: 'Body against the model',
  'request-template': 'Request template',
  'sent-to-backend': 'Sent to the backend',
  'backend-answer': 'The backend answered',
  'response-template': 'Response template',
  answer: 'Answer to the client',
};

const SIGNS: Readonly<Record<TryStep['state'], readonly [sign: string, tone: string]>> = {
  passed: ['✓', 'good'],
  failed: ['✗', 'wrong'],
  skipped: ['–', 'quiet'],
};

/** What each step of the API made of a request. */
export function TrySteps({ result: { steps, stored, requestId } }: { result: TryResult }) {
  return (
    <section aria-labelledby="steps" role="status">
      <h3 id="steps">Step by step</h3>
      <p class="note quiet">Request {requestId}</p>
      <ol class="try-steps">
        {steps.map((step) => {
          const [sign, tone] = SIGNS[step.state];
          return (
            <li key={step.step}>
              <p>
                <span class={tone}>
                  {sign} <strong>{NAMES[step.step]}</strong>
                </span>{' '}
                {step.status !== null && <code>{step.status}</code>} {step.words}
              </p>
              {step.headers && Object.keys(step.headers).length > 0 && (
                <details>
                  <summary class="small">Headers</summary>
                  <dl class="facts">
                    {Object.entries(step.headers).map(([name, value]) => (
                      <>
                        <dt key={name}>{name}</dt>
                        <dd>{value}</dd>
                      </>
                    ))}
                  </dl>
                </details>
              )}
              {step.content && <ContentView content={step.content} indent label={NAMES[step.step]} />}
            </li>
          );
        })}
      </ol>
      {stored.map(({ log, partition, first, last }) => (
        <p key={`${log}/${partition}/${first}`} class="good">
          Stored:{' '}
          <a href={addressOfPage('/records', ['logs', log, partition], { from: first })}>
            {log} {partition} : {first === last ? first : `${first} to ${last}`}
          </a>
        </p>
      ))}
    </section>
  );
}
