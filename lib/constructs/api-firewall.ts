import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/**
 * Rules of AWS's common set that read the body, each with the label that it adds. On the routes that take posts they only
 * count: a batch of 500 posts is larger than the 8 KiB they allow, and a post's text that looks like an attack is dirt for
 * the quarantine. On all other routes they block.
 */
const BODY_RULES = {
  SizeRestrictions_BODY: 'SizeRestrictions_Body',
  EC2MetaDataSSRF_BODY: 'EC2MetaDataSSRF_Body',
  GenericLFI_BODY: 'GenericLFI_Body',
  GenericRFI_BODY: 'GenericRFI_Body',
  CrossSiteScripting_BODY: 'CrossSiteScripting_Body',
} as const;

/** Paths that take posts, with or without the stage before them. */
const POSTING_ROUTES = '(^|/)(topics/[^/]+|streams/[^/]+/records?)/?$';

/** Headers that are removed from logs: with them anybody could act as the sender until they expire. */
const SECRET_HEADERS = ['authorization', 'x-amz-security-token', 'cookie', 'x-api-key'];

export interface ApiFirewallProps {
  readonly stage: Stage;
  /** The end of the log group's name; the name has to begin with `aws-waf-logs-`. */
  readonly name: string;
  /** Requests that one address may make in five minutes, from 10 up. @default 1,000,000 */
  readonly requestsPerAddress?: number;
  /** Days to keep the log. */
  readonly logRetentionDays: logs.RetentionDays;
}

/** AWS WAF before an API stage: AWS's common rules, its list of bad addresses, and a limit per address. It logs the requests that it stops. */
export class ApiFirewall extends Construct {
  constructor(scope: Construct, id: string, props: ApiFirewallProps) {
    super(scope, id);
    const { stage, requestsPerAddress = 1_000_000 } = props;
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
        managedRules(2, 'AWSManagedRulesCommonRuleSet', Object.keys(BODY_RULES)),
        bodiesElsewhere(3),
      ],
    });
    new CfnWebACLAssociation(this, 'Association', { resourceArn: stage.stageArn, webAclArn: acl.attrArn });
    this.logWhatIsStopped(acl, props);
  }

  /** Logs which rule stopped or counted a request, to explain a 403. Requests that no rule stopped or counted are not logged. */
  private logWhatIsStopped(acl: CfnWebACL, { name, logRetentionDays }: ApiFirewallProps): void {
    const group = new logs.LogGroup(this, 'Logs', {
      logGroupName: `aws-waf-logs-${name}`,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const logging = new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      // WAF refuses the `:*` at the end of CloudFormation's ARN of a log group.
      logDestinationConfigs: [
        Stack.of(this).formatArn({ service: 'logs', resource: `log-group:${group.logGroupName}` }),
      ],
      redactedFields: [...SECRET_HEADERS.map((header) => ({ singleHeader: { Name: header } })), { queryString: {} }],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: ['BLOCK', 'COUNT', 'EXCLUDED_AS_COUNT'].map((Action) => ({ ActionCondition: { Action } })),
          },
        ],
      },
    });
    logging.node.addDependency(group);
  }
}

/** Blocks requests that the rules about bodies have counted, except on the routes that take posts. */
function bodiesElsewhere(priority: number): CfnWebACL.RuleProperty {
  const counted = Object.values(BODY_RULES).map((label) => ({
    labelMatchStatement: { scope: 'LABEL', key: `awswaf:managed:aws:core-rule-set:${label}` },
  }));
  const posting = {
    regexMatchStatement: {
      fieldToMatch: { uriPath: {} },
      regexString: POSTING_ROUTES,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  };
  return {
    name: 'BodiesElsewhere',
    priority,
    action: { block: {} },
    statement: {
      andStatement: {
        statements: [{ orStatement: { statements: counted } }, { notStatement: { statement: posting } }],
      },
    },
    visibilityConfig: visibility('BodiesElsewhere'),
  };
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
