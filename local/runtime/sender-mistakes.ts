import { DATASETS } from '@pipeline/datasets/schema';
import type { ObservedRequest } from '../gateway';
import type { HttpResponse } from '../wire/http';
import type { LocalEnvironment } from './environment';

type Kind = 'stage' | 'topic' | 'media type' | 'datetime';

/** What others call their stages; the console of API Gateway proposes none, and the exercise's pictures show `test` and `prod`. */
const STAGES = /^\/([^/]+)(?:\/|$)/;
const KNOWN_STAGES = new Set(['test', 'prod', 'production', 'dev', 'development', 'stage', 'staging', 'default', 'v1']);

/** A Python object as text: what `str` and `json.dumps(…, default=str)` of a whole row make of it. */
const DATETIME = 'datetime.datetime(';

/**
 * Tells the likeliest mistakes of whoever sends, each with its remedy and each once: the answers on the wire are as terse as those of AWS, and a
 * script that sends thousands of requests makes its mistake in each of them.
 */
export class SenderMistakes {
  private readonly told = new Set<Kind>();

  constructor(
    private readonly environment: LocalEnvironment,
    private readonly stage: string,
    private readonly tell: (line: string) => void,
  ) {}

  /** Whether a path is meant for another stage of the API: by its name, or by what stands behind it. */
  isOtherStage(path: string): boolean {
    const name = STAGES.exec(path)?.[1];
    if (name === undefined || name === this.stage) return false;
    return KNOWN_STAGES.has(name.toLowerCase()) || /^\/[^/]+\/(?:topics|streams)(?:\/|$)/.test(path);
  }

  /** As API Gateway answers for a stage that is not there. */
  otherStage(path: string): HttpResponse {
    const name = STAGES.exec(path)![1]!;
    this.once(
      'stage',
      `a request went to the stage /${name}/ and got 403: this API's stage is ${this.stage}, and names of stages are case-sensitive; send to /${this.stage}${path.slice(name.length + 1)}`,
    );
    const headers = { 'content-type': 'application/json', 'x-amzn-errortype': 'ForbiddenException' };
    return { status: 403, headers, body: '{"message":"Forbidden"}' };
  }

  /** Looks at a request and its answer. */
  saw({ path, status, backend }: ObservedRequest): void {
    const topic = /\/topics\/([^/]+)$/.exec(path)?.[1];
    if (topic === undefined && !path.includes('/streams/')) return;
    const { topics } = this.environment.names;
    const own = DATASETS.map((dataset) => topics[dataset]);
    if (topic !== undefined && status === 415)
      this.once(
        'media type',
        `${path} got 415: the REST proxy takes Content-Type: application/vnd.kafka.json.v2+json and no other, not even application/json`,
      );
    if (topic !== undefined && status === 200 && !own.includes(topic) && backend?.response.body.includes('50003'))
      this.once(
        'topic',
        `${path} got 200 with the error 50003 inside, so nothing was stored: there is no topic ${topic}; the topics of user id ${this.environment.userId} are ${own.join(', ')}. Look at error_code of each offset, too`,
      );
    if (backend?.sent.includes(DATETIME))
      this.once(
        'datetime',
        `a record holds the text ${DATETIME}…), which is a Python object as text and no time: send value.isoformat(), or json.dumps(row, default=str) with the row's own values`,
      );
  }

  private once(kind: Kind, line: string): void {
    if (this.told.has(kind)) return;
    this.told.add(kind);
    this.tell(line);
  }
}
