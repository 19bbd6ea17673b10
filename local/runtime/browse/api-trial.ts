import type { Trial } from '../../gateway/trial';
import { TRY_STEPS, type TryStep } from '../../serving/contract';
import type { DeclaredRoute } from '../../wire/declared-route';
import { contentOf } from './content';

type StepName = (typeof TRY_STEPS)[number];

/** Which step a refusal of the gateway's own belongs to. */
const REFUSED_AT: Readonly<Record<string, StepName>> = {
  MISSING_AUTHENTICATION_TOKEN: 'route',
  ACCESS_DENIED: 'authorization',
  INVALID_API_KEY: 'authorization',
  INVALID_SIGNATURE: 'authorization',
  BAD_REQUEST_PARAMETERS: 'parameters',
  BAD_REQUEST_BODY: 'body',
  UNSUPPORTED_MEDIA_TYPE: 'request-template',
  INTEGRATION_FAILURE: 'sent-to-backend',
  INTEGRATION_TIMEOUT: 'backend-answer',
};

/** The way of one request through the API, step by step, up to the one that ended it; then the answer, if there is one. */
export function stepsOf(trial: Trial, route: DeclaredRoute | undefined, isSent: boolean): TryStep[] {
  const failed = failedStep(trial);
  const isStopped = failed === undefined && !isSent && trial.sent !== undefined;
  const steps: TryStep[] = [];
  for (const step of TRY_STEPS) {
    if (step === 'answer') break;
    if (step === failed) {
      steps.push(failure(step, trial));
      break;
    }
    if (isStopped && step === 'sent-to-backend') {
      steps.push({ ...bare(step), state: 'skipped', words: 'Not sent: this was a check.' });
      return steps;
    }
    steps.push(passed(step, trial, route));
  }
  const { status, headers, body } = trial.answer;
  const words = failed === undefined ? 'What the client gets.' : 'What the client gets in place of an answer.';
  return [...steps, { step: 'answer', state: 'passed', words, content: contentOf(body), headers, status }];
}

function failedStep({ refusal, sent, received }: Trial): StepName | undefined {
  if (refusal === undefined) return undefined;
  const step = REFUSED_AT[refusal.type];
  // A mistake of the API's author: in the template that was at work.
  if (step === undefined) return sent === undefined ? 'request-template' : 'response-template';
  return step === 'sent-to-backend' && received !== undefined ? 'response-template' : step;
}

const bare = (step: StepName) => ({ step, content: null, headers: null, status: null }) as const;

function failure(step: StepName, { refusal, log }: Trial): TryStep {
  const words = [refusal!.message, refusal!.validation, ...log].filter((part) => part !== undefined).join('; ');
  return { ...bare(step), state: 'failed', words };
}

function passed(step: StepName, trial: Trial, route: DeclaredRoute | undefined): TryStep {
  const skipped = (words: string): TryStep => ({ ...bare(step), state: 'skipped', words });
  const done = (words: string): TryStep => ({ ...bare(step), state: 'passed', words });
  const { sent, received } = trial;
  switch (step) {
    case 'route':
      return done(route ? `${route.verb} ${route.path}, to ${route.integration}.` : 'A route fits.');
    case 'authorization':
      return done(
        route?.authorization === 'AWS_IAM'
          ? 'AWS_IAM is declared; here the request is taken as one that may.'
          : 'None is asked for.',
      );
    case 'parameters':
      return route?.checksParameters && route.requiredParameters.length > 0
        ? done(`There: ${route.requiredParameters.join(', ')}.`)
        : skipped('None is required.');
    case 'body':
      return route?.checksBody ? done('It fits the model.') : skipped('The validator does not look at the body.');
    case 'request-template':
      if (!route || route.requestTemplates.length === 0) return skipped('None: the body goes on as it came.');
      return { ...done('The template made this body.'), content: sent ? contentOf(sent.body) : null };
    case 'sent-to-backend':
      if (sent === undefined) return skipped('There is no backend behind this route.');
      return { ...done(sent.target), headers: sent.headers, content: contentOf(sent.body) };
    case 'backend-answer':
      if (received === undefined) return skipped('There is none.');
      return { ...done(''), status: received.status, headers: received.headers, content: contentOf(received.body) };
    default:
      return route?.responses.some(({ templates }) => templates.length > 0)
        ? { ...done('It made the body below.'), content: contentOf(trial.answer.body) }
        : skipped('None: the answer goes back as it came.');
  }
}
