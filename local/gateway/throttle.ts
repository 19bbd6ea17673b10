import { limitOf } from '../limits';
import { isProperties, type Resource } from './template';

/** API Gateway's limit for one account and region: requests per second, and requests at once. */
const ACCOUNT = { rate: limitOf('api-gateway/account-rate'), burst: limitOf('api-gateway/account-burst') };

/** A bucket of tokens: each request takes one. It starts with `burst` tokens and gets `rate` more every second, up to `burst`. */
export class TokenBucket {
  private tokens: number;
  private filledMs: number;

  constructor(
    private readonly rate: number,
    private readonly burst: number,
    nowMs: number,
  ) {
    this.tokens = burst;
    this.filledMs = nowMs;
  }

  /** Takes a token; false if there is none. */
  take(nowMs: number): boolean {
    this.tokens = Math.min(this.burst, this.tokens + (Math.max(0, nowMs - this.filledMs) * this.rate) / 1000);
    this.filledMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

/** The throttling of one stage: a bucket for each of its method settings, and the account's. */
export class StageThrottle {
  private readonly account: TokenBucket;
  private readonly settings = new Map<string, TokenBucket>();

  constructor(
    stage: Resource,
    private readonly now: () => number,
  ) {
    this.account = new TokenBucket(ACCOUNT.rate, ACCOUNT.burst, now());
    const settings = stage.property('MethodSettings');
    for (const setting of Array.isArray(settings) ? settings.filter(isProperties) : []) {
      const { ResourcePath, HttpMethod, ThrottlingRateLimit, ThrottlingBurstLimit } = setting;
      if (ThrottlingRateLimit === undefined && ThrottlingBurstLimit === undefined) continue;
      // A setting writes the slashes inside a path as '~1'.
      const path = String(ResourcePath).replace(/^\//, '').replaceAll('~1', '/');
      this.settings.set(
        `${path} ${HttpMethod}`,
        new TokenBucket(
          Number(ThrottlingRateLimit ?? ACCOUNT.rate),
          Number(ThrottlingBurstLimit ?? ACCOUNT.burst),
          now(),
        ),
      );
    }
  }

  /** Counts a request to a method; false if the limit is reached. The method's own setting goes before a setting with `*`. */
  take(resourcePath: string, verb: string): boolean {
    const nowMs = this.now();
    const setting = [`${resourcePath} ${verb}`, `${resourcePath} *`, `* ${verb}`, '* *'].find((key) =>
      this.settings.has(key),
    );
    const bucket = setting === undefined ? undefined : this.settings.get(setting);
    return (bucket === undefined || bucket.take(nowMs)) && this.account.take(nowMs);
  }
}
