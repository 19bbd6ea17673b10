import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import type { AlarmList } from './alarm-list';

export interface MonthlyBudgetProps {
  /** Dollars a calendar month may cost, from 1 up, with taxes and before credits. */
  readonly limitUsd: number;
  /**
   * Value of the tag `pipeline` whose costs count. AWS counts by a tag only once it is activated as a cost allocation
   * tag, and reads 0 until then. @default - everything in the account counts
   */
  readonly pipeline?: string;
  /** Whose topic is told, and may be told by budgets from now on. */
  readonly alarms: AlarmList;
}

/** When to tell: once most is spent, once all is, and once all is going to be. */
const THRESHOLDS = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'ACTUAL', threshold: 100 },
  { notificationType: 'FORECASTED', threshold: 100 },
];

/** A budget of each month, which tells where the alarms go when it is about to be overrun. It stops nothing. */
export class MonthlyBudget extends Construct {
  constructor(scope: Construct, id: string, { limitUsd, pipeline, alarms }: MonthlyBudgetProps) {
    super(scope, id);
    const { partition, account } = Stack.of(this);
    alarms.grantPublish('budgets.amazonaws.com', `arn:${partition}:budgets::${account}:*`);

    const budget = new CfnBudget(this, 'Budget', {
      budget: {
        // Without a name of ours: a change of subscribers replaces the budget, and two of one name cannot be.
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: limitUsd, unit: 'USD' },
        // Credits would hide what is spent until the day they are used up.
        costTypes: { includeCredit: false, includeRefund: false },
        costFilters: pipeline === undefined ? undefined : { TagKeyValue: [`user:pipeline$${pipeline}`] },
      },
      notificationsWithSubscribers: THRESHOLDS.map(({ notificationType, threshold }) => ({
        notification: {
          notificationType,
          threshold,
          thresholdType: 'PERCENTAGE',
          comparisonOperator: 'GREATER_THAN',
        },
        subscribers: [{ subscriptionType: 'SNS', address: alarms.topic.topicArn }],
      })),
    });
    // Budgets tries the topic when the budget is made; until its policy is there it is refused.
    budget.node.addDependency(alarms.topic);
  }
}
