import { type CloudFormationTemplate, Stacks } from './template';

const resolved = (value: unknown, templates: Record<string, object> = {}): unknown => {
  const main = { Resources: { Subject: { Type: 'T', Properties: { value } }, ...(templates.Main as object) } };
  const stacks = new Stacks({ ...(templates as Record<string, CloudFormationTemplate>), Main: main });
  return stacks.ofType('T')[0]?.property('value');
};

test.each([
  ['plain', 'plain'],
  [{ a: [1, true, null] }, { a: [1, true, null] }],
  [{ Ref: 'AWS::Region' }, 'us-east-1'],
  [{ Ref: 'AWS::Partition' }, 'aws'],
  [{ Ref: 'AWS::AccountId' }, '000000000000'],
  [{ Ref: 'AWS::StackName' }, 'Main'],
  [['a', { Ref: 'AWS::NoValue' }], ['a']],
  [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, 1]] }, 'a-us-east-1-1'],
  [{ 'Fn::Sub': `x-\${AWS::Region}-\${!keep}` }, `x-us-east-1-\${keep}`],
  [{ 'Fn::Sub': [`\${a}-\${Subject.Arn}`, { a: { Ref: 'AWS::Partition' } }] }, 'aws-Subject.Arn'],
  [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  [{ 'Fn::GetAtt': ['Subject', 'Arn'] }, 'Subject.Arn'],
  [{ 'Fn::GetAtt': 'Subject.Endpoint.Address' }, 'Subject.Endpoint.Address'],
  [{ Ref: 'Subject' }, 'Subject'],
  [{ 'Fn::GetStackOutput': { StackName: 'elsewhere', OutputName: 'Dns', Region: 'us-east-1' } }, 'elsewhere.Dns'],
])('%j becomes %j', (value, expected) => {
  expect(resolved(value)).toEqual(expected);
});

test('a physical name that the template gives is used', () => {
  const Main = {
    Pins: { Type: 'AWS::Kinesis::Stream', Properties: { Name: { 'Fn::Join': ['-', ['streaming', 'pins']] } } },
  };
  expect(resolved({ Ref: 'Pins' }, { Main })).toBe('streaming-pins');
});

test('parameters give their default', () => {
  const stacks = new Stacks({
    S: {
      Resources: { A: { Type: 'T', Properties: { value: { Ref: 'P' } } } },
      Parameters: { P: { Type: 'String', Default: 'd' } },
    },
  });
  expect(stacks.ofType('T')[0]?.property('value')).toBe('d');
});

test('references between stacks are followed, in either form', () => {
  const Network = {
    Resources: { Lb: { Type: 'L' } },
    Outputs: {
      Dns: { Value: { 'Fn::GetAtt': ['Lb', 'DNSName'] }, Export: { Name: { 'Fn::Join': ['', ['Network', ':Dns']] } } },
    },
  };
  expect(resolved({ 'Fn::ImportValue': 'Network:Dns' }, { Network })).toBe('Lb.DNSName');
  expect(resolved({ 'Fn::GetStackOutput': { StackName: 'Network', OutputName: 'Dns' } }, { Network })).toBe(
    'Lb.DNSName',
  );
});

test.each([
  [{ Ref: 'Nobody' }, 'Main/Subject: refers to Nobody, which stack Main does not have'],
  [{ 'Fn::GetAtt': ['Nobody', 'Arn'] }, 'Main/Subject: refers to Nobody, which stack Main does not have'],
  [{ 'Fn::ImportValue': 'nothing' }, 'Main/Subject: imports nothing, which none of the given stacks exports'],
  [{ 'Fn::FindInMap': ['a', 'b', 'c'] }, 'Main/Subject: Fn::FindInMap is not supported'],
  [{ 'Fn::Join': ['', [{ a: 1 }]] }, 'Main/Subject: Fn::Join needs text, got {"a":1}'],
  [{ 'Fn::Select': [3, ['a']] }, 'Main/Subject: Fn::Select finds no item 3'],
])('%j is refused with the logical id', (value, message) => {
  expect(() => resolved(value)).toThrow(message);
});

test('a parameter without a default is refused only where it is needed', () => {
  const stacks = new Stacks({
    S: {
      Resources: { A: { Type: 'T', Properties: { bad: { Ref: 'P' }, good: 1 } } },
      Parameters: { P: { Type: 'String' } },
    },
  });
  const resource = stacks.ofType('T')[0];
  expect(resource?.property('good')).toBe(1);
  expect(() => resource?.property('bad')).toThrow('S/A: parameter P of stack S has no default');
});

test('outputs that refer to each other in a circle are refused', () => {
  const outputOf = (stack: string) => ({ 'Fn::GetStackOutput': { StackName: stack, OutputName: 'O' } });
  const One = { Resources: {}, Outputs: { O: { Value: outputOf('Two') } } };
  const Two = { Resources: {}, Outputs: { O: { Value: outputOf('One') } } };
  expect(() => resolved(outputOf('One'), { One, Two })).toThrow('goes in a circle');
});
