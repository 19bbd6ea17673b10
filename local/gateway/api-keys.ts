import { GatewayError } from './errors';
import type { Exchange } from './exchange';
import { isProperties, type Resource, type Stacks } from './template';

/** Which API keys open a stage: those that are enabled and joined by a usage plan to it. */
export class ApiKeys {
  private readonly values = new Set<string>();

  constructor(stacks: Stacks, stage: Resource) {
    const stageName = stage.text('StageName');
    const plans = new Set(
      stacks
        .ofType('AWS::ApiGateway::UsagePlan')
        .filter((plan) => {
          const stages = plan.property('ApiStages');
          return (Array.isArray(stages) ? stages : []).some((each) => isProperties(each) && each.Stage === stageName);
        })
        .map(({ logicalId }) => logicalId),
    );
    const joined = new Set(
      stacks
        .ofType('AWS::ApiGateway::UsagePlanKey')
        .filter((key) => plans.has(key.text('UsagePlanId') ?? ''))
        .map((key) => key.text('KeyId')),
    );
    for (const key of stacks.ofType('AWS::ApiGateway::ApiKey')) {
      const value = key.text('Value');
      if (value !== undefined && key.property('Enabled') !== false && joined.has(key.logicalId)) this.values.add(value);
    }
  }

  /** Throws a `GatewayError` unless the request brings a key of this stage. */
  check(exchange: Exchange): void {
    const key = exchange.request.headers['x-api-key'];
    if (key === undefined || !this.values.has(key)) throw new GatewayError('INVALID_API_KEY');
    exchange.apiKey = key;
  }
}
