import type { JsonValue } from '@pipeline/datasets/synthetic';
import { syntheticPosts } from '@pipeline/datasets/synthetic';
import { Template } from 'aws-cdk-lib/assertions';
import { batchLayer } from '../../../emulator/send/batch-layer';
import { USER_AGENT } from '../../../emulator/send/sender';
import { speedLayerRecord, speedLayerRecords } from '../../../emulator/send/speed-layer';
import { addIngestStacks } from '../../../lib/pipeline';
import { givenApp, givenConfig, SETTINGS } from '../testing/environment';

interface Request {
  readonly path: string;
  readonly userAgent?: string;
  readonly body: string;
}

/** AWSManagedRulesCommonRuleSet as AWS describes its rules, as far as they can concern a request of ours, with their labels. */
const DESCRIBED: readonly [rule: string, label: string, hits: (request: Request) => boolean][] = [
  ['NoUserAgent_HEADER', 'NoUserAgent_Header', ({ userAgent = '' }) => userAgent === ''],
  ['UserAgent_BadBots_HEADER', 'BadBots_Header', ({ userAgent = '' }) => /nessus|nmap|sqlmap|nikto/i.test(userAgent)],
  ['SizeRestrictions_BODY', 'SizeRestrictions_Body', ({ body }) => Buffer.byteLength(body) > 8192],
  ['SizeRestrictions_URIPATH', 'SizeRestrictions_URIPath', ({ path }) => path.length > 1024],
  ['EC2MetaDataSSRF_BODY', 'EC2MetaDataSSRF_Body', ({ body }) => body.includes('169.254.169.254')],
  ['GenericLFI_BODY', 'GenericLFI_Body', ({ body }) => /\.\.\/(\.\.|etc)/.test(body)],
  ['GenericRFI_BODY', 'GenericRFI_Body', ({ body }) => /(https?|ftps?|file):\/\/\d+\.\d+\.\d+\.\d+/i.test(body)],
  [
    'CrossSiteScripting_BODY',
    'CrossSiteScripting_Body',
    ({ body }) => /<\s*script|javascript:|onerror\s*=/i.test(body),
  ],
  ['RestrictedExtensions_URIPATH', 'RestrictedExtensions_URIPath', ({ path }) => /\.(log|ini|bak|conf)$/i.test(path)],
];

interface Statement {
  readonly ManagedRuleGroupStatement?: {
    readonly Name: string;
    readonly RuleActionOverrides?: { readonly Name: string; readonly ActionToUse: object }[];
  };
  readonly AndStatement?: { readonly Statements: Statement[] };
  readonly OrStatement?: { readonly Statements: Statement[] };
  readonly NotStatement?: { readonly Statement: Statement };
  readonly LabelMatchStatement?: { readonly Key: string };
  readonly RegexMatchStatement?: { readonly RegexString: string };
}

const synthesized = () => {
  const app = givenApp();
  addIngestStacks(app, givenConfig({ api: { ...SETTINGS.api, firewall: true } }));
  return Template.fromStack(app.node.findChild('Api') as never);
};

let made: Template | undefined;
const template = () => (made ??= synthesized());

/** Name of the rule that ends a request, as the synthesized list would decide. */
function stoppedBy(rules: { Name: string; Statement: Statement }[], request: Request): string | undefined {
  const labels = new Set<string>();
  const fits = (statement: Statement): boolean => {
    if (statement.AndStatement) return statement.AndStatement.Statements.every(fits);
    if (statement.OrStatement) return statement.OrStatement.Statements.some(fits);
    if (statement.NotStatement) return !fits(statement.NotStatement.Statement);
    if (statement.LabelMatchStatement) return labels.has(statement.LabelMatchStatement.Key);
    return new RegExp(statement.RegexMatchStatement!.RegexString).test(request.path);
  };
  for (const { Name, Statement } of rules) {
    const group = Statement.ManagedRuleGroupStatement;
    if (group?.Name === 'AWSManagedRulesCommonRuleSet') {
      const counts = (group.RuleActionOverrides ?? []).map((override) => override.Name);
      for (const [rule, label, hits] of DESCRIBED) {
        if (!hits(request)) continue;
        if (!counts.includes(rule)) return rule;
        labels.add(`awswaf:managed:aws:core-rule-set:${label}`);
      }
    } else if ((Statement.AndStatement || Statement.RegexMatchStatement) && fits(Statement)) return Name;
  }
  return undefined;
}

const rules = () => {
  const [acl] = Object.values(template().findResources('AWS::WAFv2::WebACL'));
  return acl!.Properties.Rules;
};

/** Bodies of the emulator's requests over the source with every kind of dirt, and a title that somebody may well have. */
function requests(): Request[] {
  const values: JsonValue[] = [];
  for (const post of syntheticPosts({ seed: 100, posts: 1000, hardMode: true }))
    for (const { value } of post.records) values.push(value);
  values.push({ title: '<script>alert(1)</script> <b>or 1=1; drop table pins</b>', link: 'http://10.0.0.1/../../etc' });
  const records = values.map((value, key) => ({ keyJson: `"${key}"`, valueJson: JSON.stringify(value) }));
  const batches = Array.from({ length: Math.ceil(records.length / 500) }, (_, at) =>
    records.slice(at * 500, at * 500 + 500),
  );
  const to = (protocol: typeof batchLayer, name: string, body: string): Request => ({
    path: `/prod/${protocol.path(name)}`,
    userAgent: USER_AGENT,
    body,
  });
  return [
    ...batches.map((batch) => to(batchLayer, 'ada.pin', batchLayer.body(batch))),
    ...batches.map((batch) => to(speedLayerRecords, 'streaming-ada-pin', speedLayerRecords.body(batch))),
    ...records.map((record) => to(speedLayerRecord, 'streaming-ada-pin', speedLayerRecord.body([record]))),
  ];
}

test('every request of the emulator over the hardest source passes the firewall, though its rules about bodies would stop some', () => {
  const list = rules();
  const sent = requests();
  expect(sent.map((request) => stoppedBy(list, request)).filter(Boolean)).toEqual([]);
  const hit = new Set(DESCRIBED.filter(([, , hits]) => sent.some(hits)).map(([rule]) => rule));
  expect([...hit]).toEqual(['SizeRestrictions_BODY', 'GenericLFI_BODY', 'GenericRFI_BODY', 'CrossSiteScripting_BODY']);
});

test('who does not say who it is, is stopped', () => {
  expect(stoppedBy(rules(), { path: '/prod/topics/ada.pin', body: '{}' })).toBe('NoUserAgent_HEADER');
});

test.each([
  ['/prod/topics/ada.pin', undefined],
  ['/topics/ada.pin', undefined],
  ['/prod/streams/streaming-ada-pin/record', undefined],
  ['/prod/streams/streaming-ada-pin/records', undefined],
  ['/prod/streams/streaming-ada-pin', 'BodiesElsewhere'],
  ['/prod/consumers/ada-group', 'BodiesElsewhere'],
  ['/prod/topics/ada.pin/partitions/0', 'BodiesElsewhere'],
  ['/prod/x/topics', 'BodiesElsewhere'],
])('a long body to %s is stopped by %s', (path, by) => {
  expect(stoppedBy(rules(), { path, userAgent: 'x', body: 'a'.repeat(9000) })).toBe(by);
});

test('what is stopped or counted is logged for as long as other logs, without what would let a reader pose as the caller', () => {
  const stack = template();
  stack.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: 'aws-waf-logs-ada-pipeline-test' });
  const [logging] = Object.values(stack.findResources('AWS::WAFv2::LoggingConfiguration'));
  expect(JSON.stringify(logging!.Properties.LogDestinationConfigs)).not.toContain(':*');
  expect(logging!.Properties.RedactedFields).toEqual([
    { SingleHeader: { Name: 'authorization' } },
    { SingleHeader: { Name: 'x-amz-security-token' } },
    { SingleHeader: { Name: 'cookie' } },
    { SingleHeader: { Name: 'x-api-key' } },
    { QueryString: {} },
  ]);
  expect(logging!.Properties.LoggingFilter).toEqual({
    DefaultBehavior: 'DROP',
    Filters: [
      {
        Behavior: 'KEEP',
        Requirement: 'MEETS_ANY',
        Conditions: [
          { ActionCondition: { Action: 'BLOCK' } },
          { ActionCondition: { Action: 'COUNT' } },
          { ActionCondition: { Action: 'EXCLUDED_AS_COUNT' } },
        ],
      },
    ],
  });
});
