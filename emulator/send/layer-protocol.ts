import type { Outcome } from './outcome';

/** A record as JSON text, made once for both layers. */
export interface RecordText {
  readonly keyJson: string;
  readonly valueJson: string;
}

/** How one layer is spoken to. Pure: text in, text out. */
export interface LayerProtocol {
  readonly method: 'POST' | 'PUT';
  readonly contentType: string;
  /** The Accept header of every request. Without one API Gateway asks for `application/json`, which the REST proxy answers with 406. */
  readonly accept: string;
  /** Path below the API's URL, for a topic or stream of this name. */
  path(name: string): string;
  body(records: readonly RecordText[]): string;
  /** What a 2xx answer to `count` records says. `request` names the request in reasons. */
  readOutcome(request: string, body: string, count: number): Outcome;
}
