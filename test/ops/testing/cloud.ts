import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';

type Answer = (input: Record<string, unknown>) => object;

/** CloudFormation that answers each operation as it is told, and notes what it was asked to change. */
export function fakeCloud(answers: Readonly<Record<string, Answer>>) {
  const calls: string[] = [];
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const operation = command.constructor.name.replace(/Command$/, '');
    if (!operation.startsWith('Describe')) calls.push(`${operation} ${command.input.StackName}`);
    const answer = answers[operation];
    if (!answer) throw new Error(`${operation} was not expected`);
    return answer(command.input);
  };
  // A paginator wants to see the SDK's own client.
  const { CloudFormationClient: Client } = jest.requireActual('@aws-sdk/client-cloudformation');
  const cloud = Object.assign(Object.create(Client.prototype), { send }) as CloudFormationClient;
  return { cloud, calls };
}

/** An error as CloudFormation gives it. */
export function refusal(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
