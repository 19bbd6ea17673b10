import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import type { AlarmTopic } from './alarm-topic';

export interface MonthlyBudgetProps {
  /** Dollars a calendar month may cost, from 1 up, with taxes and before credits. */
  readonly limitUsd: number;
  /**
   * Value of the tag `pipeline` whose costs count. AWS counts by a tag only once it is activated as a cost allocation
   * tag, and reads 0 until then. @default - everything in the account counts
   */
  readonly pipeline?: string;
  /** The alarms whose topic gets the budget's messages. */
  readonly alarms: AlarmTopic;
}

/** When to send a message: most is spent, all is spent, all is forecast to be spent. */
const THRESHOLDS = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'ACTUAL', threshold: 100 },
  { notificationType: 'FORECASTED', threshold: 100 },
];

/** A monthly budget that sends a message to the alarms' topic before it is exceeded. It stops nothing. */
export class MonthlyBudget extends Construct {
  constructor(scope: Construct, id: string, { limitUsd, pipeline, alarms }: MonthlyBudgetProps) {
    super(scope, id);
    const { partition, account } = Stack.of(this);
    alarms.grantPublish('budgets.amazonaws.com', `arn:${partition}:budgets::${account}:*`);

    const budget = new CfnBudget(this, 'Budget', {
      budget: {
        // CloudFormation names it: a change of subscribers replaces the budget, and two budgets cannot have one name.
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: limitUsd, unit: 'USD' },
        // With credits included, the costs would be hidden until the credits are used up.
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
    // AWS tests the topic when it creates the budget, so the topic's policy has to come first.
    budget.node.addDependency(alarms.topic);
  }
}
