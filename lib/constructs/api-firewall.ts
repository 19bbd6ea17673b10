import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/**
 * Rules of AWS's common set that read the body. They only count: a batch of 500 posts is larger than the
 * 8 KiB they allow, and what looks like an attack in a post's text is dirt for the quarantine.
 */
const BODY_RULES = [
  'SizeRestrictions_BODY',
  'EC2MetaDataSSRF_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
  'CrossSiteScripting_BODY',
];

export interface ApiFirewallProps {
  readonly stage: Stage;
  /** Requests that one address may make in five minutes, from 10 up. @default 1,000,000 */
  readonly requestsPerAddress?: number;
}

/** AWS WAF before an API stage: AWS's common rules, its list of bad addresses, and a limit per address. */
export class ApiFirewall extends Construct {
  constructor(scope: Construct, id: string, { stage, requestsPerAddress = 1_000_000 }: ApiFirewallProps) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('ApiFirewall'),
      rules: [
        {
          name: 'RequestsPerAddress',
          priority: 0,
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: { rateBasedStatement: { limit: requestsPerAddress, aggregateKeyType: 'IP' } },
          visibilityConfig: visibility('RequestsPerAddress'),
        },
        managedRules(1, 'AWSManagedRulesAmazonIpReputationList', []),
        managedRules(2, 'AWSManagedRulesCommonRuleSet', BODY_RULES),
      ],
    });
    new CfnWebACLAssociation(this, 'Association', { resourceArn: stage.stageArn, webAclArn: acl.attrArn });
  }
}

function managedRules(priority: number, name: string, onlyCounted: readonly string[]): CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: onlyCounted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    visibilityConfig: visibility(name),
  };
}

function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
