import { GatewayError } from './errors';
import type { Exchange } from './exchange';
import { isProperties, type Resource, type Stacks } from './template';
import { TokenBucket } from './throttle';

type Period = 'DAY' | 'WEEK' | 'MONTH';

/** The limits of a usage plan, which hold for each of its keys. */
interface Plan {
  readonly throttle?: { readonly rate: number; readonly burst: number };
  readonly quota?: { readonly limit: number; readonly period: Period };
}

/** How many requests one key has used of its plan. */
interface Usage {
  readonly plan: Plan;
  readonly bucket: TokenBucket | undefined;
  period: string;
  requests: number;
}

/** API keys that a stage accepts: enabled keys of a usage plan for this stage. */
export class UsagePlans {
  private readonly usages = new Map<string, Usage>();

  constructor(
    stacks: Stacks,
    stage: Resource,
    private readonly options: { readonly limits: 'off' | 'aws'; readonly now: () => number },
  ) {
    const stageName = stage.text('StageName');
    const plans = new Map(
      stacks
        .ofType('AWS::ApiGateway::UsagePlan')
        .filter((plan) => listOf(plan.property('ApiStages')).some(({ Stage }) => Stage === stageName))
        .map((plan) => [plan.logicalId, planOf(plan)]),
    );
    const joined = new Map(
      stacks
        .ofType('AWS::ApiGateway::UsagePlanKey')
        .map((key) => [key.text('KeyId'), plans.get(key.text('UsagePlanId') ?? '')]),
    );
    for (const key of stacks.ofType('AWS::ApiGateway::ApiKey')) {
      const value = key.text('Value');
      const plan = joined.get(key.logicalId);
      if (value === undefined || key.property('Enabled') === false || plan === undefined) continue;
      const { throttle } = plan;
      const bucket = throttle && new TokenBucket(throttle.rate, throttle.burst, options.now());
      this.usages.set(value, { plan, bucket, period: '', requests: 0 });
    }
  }

  /** Counts a request to a method that needs a key. Throws a `GatewayError` when the key is missing or its plan is used up. */
  take(exchange: Exchange): void {
    const key = exchange.request.headers['x-api-key'];
    const usage = key === undefined ? undefined : this.usages.get(key);
    if (usage === undefined) throw new GatewayError('INVALID_API_KEY');
    exchange.apiKey = key;
    if (this.options.limits === 'off') return;
    if (usage.bucket && !usage.bucket.take(this.options.now())) throw new GatewayError('THROTTLED');
    const { quota } = usage.plan;
    if (quota === undefined) return;
    const period = periodOf(quota.period, this.options.now());
    if (usage.period !== period) usage.requests = 0;
    usage.period = period;
    if (usage.requests >= quota.limit) throw new GatewayError('QUOTA_EXCEEDED');
    usage.requests++;
  }
}

function planOf(plan: Resource): Plan {
  const throttle = plan.property('Throttle');
  const quota = plan.property('Quota');
  return {
    ...(isProperties(throttle) && {
      throttle: { rate: Number(throttle.RateLimit ?? Infinity), burst: Number(throttle.BurstLimit ?? Infinity) },
    }),
    ...(isProperties(quota) && { quota: { limit: Number(quota.Limit), period: quota.Period as Period } }),
  };
}

const listOf = (value: unknown) => (Array.isArray(value) ? value.filter(isProperties) : []);

/** A name for the day, the week (from Sunday) or the month, in UTC. */
function periodOf(period: Period, nowMs: number): string {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  if (period === 'DAY') return day;
  if (period === 'MONTH') return day.slice(0, 7);
  const sunday = nowMs - new Date(nowMs).getUTCDay() * 86_400_000;
  return `week of ${new Date(sunday).toISOString().slice(0, 10)}`;
}
