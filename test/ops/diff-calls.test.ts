import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CiStack } from '../../lib/stacks/ci-stack';
import { givenConfig } from '../lib/testing/environment';

jest.setTimeout(60_000);

// The CDK CLI itself, with credentials that may take no role of the bootstrap, against a server that notes what it asks for.
const calls: string[] = [];
let server: Server;
const folder = mkdtempSync(join(tmpdir(), 'diff-calls-'));

const xml = (operation: string, result: string) =>
  `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`;
const ACCOUNT = '111122223333';

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const asked = new URLSearchParams(body);
    const action = asked.get('Action') ?? `${request.method} ${request.url}`;
    const stack = asked.get('StackName');
    calls.push(stack === null ? action : `${action} ${stack}`);
    const answer = (status: number, text: string) =>
      response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
    if (action === 'GetCallerIdentity')
      return answer(
        200,
        xml(action, `<Arn>arn:aws:sts::${ACCOUNT}:assumed-role/x/y</Arn><Account>${ACCOUNT}</Account>`),
      );
    if (action === 'DescribeStacks') {
      const facts = `<StackName>${stack}</StackName><StackId>arn:aws:cloudformation:eu-west-1:${ACCOUNT}:stack/${stack}/1</StackId>`;
      const state = '<StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime>';
      return answer(200, xml(action, `<Stacks><member>${facts}${state}</member></Stacks>`));
    }
    if (action === 'GetTemplate') return answer(200, xml(action, '<TemplateBody>{"Resources":{}}</TemplateBody>'));
    return answer(403, '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

function diff(): Promise<{ status: number | null; text: string }> {
  const options = ['--app', folder, '--method', 'template', '--no-color', '--no-notices'];
  const child = spawn(process.execPath, ['--import', 'tsx', 'ops/diff.ts', '--env', 'dev', ...options], {
    cwd: join(__dirname, '../..'),
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'AKIDDIFF',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-west-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      // Where the CLI would remember the account of these keys.
      CDK_HOME: join(folder, 'home'),
    },
    timeout: 50_000,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk;
    });
  }
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, text })));
}

test('a pull request’s diff asks for nothing that its role may not', async () => {
  const app = new App({ outdir: folder, builtinCloudFormationValidation: false, analyticsReporting: false });
  const stack = new CiStack(app, 'Ci', { config: givenConfig(), repository: { owner: 'ada', name: 'pins' } });
  app.synth();
  const { status, text } = await diff();
  expect({ status, shown: text.includes('[+] AWS::IAM::OIDCProvider') }).toEqual({ status: 0, shown: true });
  expect([...new Set(calls)].sort()).toEqual([
    // Needs no right. Of the bootstrap's roles it is refused, and goes on with its own.
    'AssumeRole',
    'DescribeStacks pinterest-ada-Ci',
    'GetCallerIdentity',
    'GetTemplate pinterest-ada-Ci',
  ]);
  const policies = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const [, policy] = policies.find(([id]) => id.startsWith('Diff'))!;
  expect(policy.Properties.PolicyDocument.Statement[0].Action).toEqual([
    'cloudformation:DescribeStacks',
    'cloudformation:GetTemplate',
  ]);
});
