import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const target = z.looseObject({ Arn: z.string().min(1), RoleArn: z.string().min(1), Input: z.string().optional() });
const schedule = z.strictObject({
  GroupName: z.string().optional(),
  ScheduleExpression: z.string().regex(/^(cron|rate|at)\(.+\)$/),
  ScheduleExpressionTimezone: z.string().optional(),
  Description: z.string().optional(),
  FlexibleTimeWindow: z.strictObject({ Mode: z.enum(['OFF', 'FLEXIBLE']) }),
  Target: target,
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  ClientToken: z.string().optional(),
});

export type Schedule = Omit<z.infer<typeof schedule>, 'ClientToken'>;

export interface Scheduler {
  readonly url: string;
  readonly schedules: Map<string, Schedule>;
  close(): Promise<void>;
}

/** Stands for EventBridge Scheduler: schedules that are read and replaced as a whole, as the service does. */
export async function startScheduler(schedules: Readonly<Record<string, Schedule>>): Promise<Scheduler> {
  const held = new Map(Object.entries(schedules));
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object, code?: string) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...(code && { 'x-amzn-errortype': code }) })
        .end(JSON.stringify(body));
    const name = decodeURIComponent(/^\/schedules\/([^/?]+)/.exec(request.url ?? '')?.[1] ?? '');
    const known = held.get(name);
    if (!known) return answer(404, { Message: `Schedule ${name} does not exist.` }, 'ResourceNotFoundException');
    if (request.method === 'GET') return answer(200, { Name: name, GroupName: 'default', ...known });
    if (request.method !== 'PUT')
      return answer(400, { Message: `${request.method} is unknown` }, 'ValidationException');
    const asked = schedule.safeParse(JSON.parse(await textOf(request)));
    if (!asked.success) return answer(400, { Message: asked.error.message }, 'ValidationException');
    const { ClientToken: _, ...replaced } = asked.data;
    held.set(name, replaced);
    answer(200, { ScheduleArn: `arn:aws:scheduler:::schedule/default/${name}` });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    schedules: held,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}
