import type { DeclaredRoute, DeclaredTemplate } from '../../wire/declared-route';
import type { Content } from './records';

/** Source of one mapping template, as the synthesized template holds it. */
export type TemplateSource = DeclaredTemplate;

/** One entry of `GET /routes`. */
export interface RouteAbout extends DeclaredRoute {
  /** A request that works in this run. */
  readonly example: { readonly path: string; readonly contentType: string; readonly body: string };
}

/** Body of `POST /routes/try`. */
export interface TryRequest {
  readonly verb: string;
  /** Path below the stage, with its query. */
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
  /** Whether it goes to the backend, and is stored; otherwise the way ends before it. */
  readonly send: boolean;
  /** Templates to use instead of the declared ones, for this request alone. */
  readonly requestTemplates?: readonly TemplateSource[];
  readonly responseTemplates?: readonly {
    readonly status: string;
    readonly contentType: string;
    readonly source: string;
  }[];
}

export const TRY_STEPS = [
  'route',
  'authorization',
  'parameters',
  'body',
  'request-template',
  'sent-to-backend',
  'backend-answer',
  'response-template',
  'answer',
] as const;

export interface TryStep {
  readonly step: (typeof TRY_STEPS)[number];
  /** `skipped` where the route declares nothing for it, or `send` is off. */
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly words: string;
  /** What came out of the step. */
  readonly content: Content | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly status: number | null;
}

/** `POST /routes/try`. Every step is there, in order, up to the one that failed. */
export interface TryResult {
  readonly requestId: string;
  readonly steps: readonly TryStep[];
  /** Records it stored, when it was sent. */
  readonly stored: readonly {
    readonly log: string;
    readonly partition: number;
    readonly first: number;
    readonly last: number;
  }[];
}
