import { type Line, monthly, unknown } from './lines';
import { HOURS_PER_MONTH } from './price-table';
import type { StackTemplate } from './templates';

/**
 * Minutes that a run holds its workers: start, four steps and the answers. Assumed from runs on two processors of a laptop;
 * nobody has measured one on EMR. Each worker is charged for a minute at least.
 */
export const MINUTES_PER_RUN = 5;

const MINUTES_BETWEEN: Readonly<Record<string, number>> = {
  'every-15-minutes': 15,
  'every-30-minutes': 30,
  hourly: 60,
  'every-6-hours': 360,
  daily: 1440,
};

/** What the runs of an application cost, which come by the clock, whether posts do or not. */
export function sparkLines(application: Readonly<Record<string, unknown>>, template: StackTemplate): Line[] {
  const cpu = String(application.Architecture).toLowerCase();
  const isContinuous = String(application.Name).endsWith('-continuous');
  const run = runOf(template, isContinuous ? 'STREAMING' : 'BATCH');
  const between = MINUTES_BETWEEN[run.schedule]!;
  const hours = isContinuous ? HOURS_PER_MONTH : ((HOURS_PER_MONTH * 60) / between) * (MINUTES_PER_RUN / 60);
  const runs = ((HOURS_PER_MONTH * 60) / between).toLocaleString('en', { maximumFractionDigits: 0 });
  const what = isContinuous
    ? 'a streaming run all day'
    : `${runs} runs (${run.schedule}) of ${MINUTES_PER_RUN} minutes, as assumed`;
  const workers = 1 + run.executors;
  return [
    monthly(`${what}: ${workers * run.vcpu} vCPU`, hours * workers * run.vcpu, `emr-serverless/vcpu-${cpu}`),
    monthly(`${what}: ${workers * run.gib} GB of memory`, hours * workers * run.gib, `emr-serverless/memory-${cpu}`),
    unknown("drivers' logs, answers and tables", 'by the GB and the request; cents a month at these sizes'),
  ];
}

interface Run {
  readonly schedule: string;
  readonly executors: number;
  readonly vcpu: number;
  readonly gib: number;
}

/** The run as the stack's parameter keeps it: the one place that says it whoever starts it. */
function runOf({ stack, resources }: StackTemplate, mode: string): Run {
  const texts = Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::SSM::Parameter')
    .map(({ Properties }) => JSON.stringify(Properties!.Value).replaceAll('\\', ''));
  const text = texts.find((each) => each.includes(`"mode":"${mode}"`)) ?? '';
  const found = (pattern: RegExp) => {
    const value = pattern.exec(text)?.[1];
    if (value === undefined) throw new Error(`${stack}: its run says nothing of ${pattern.source}`);
    return value;
  };
  const memoryMib = Number(found(/spark\.driver\.memory=(\d+)m/));
  return {
    schedule: found(/"schedule":"([a-z0-9-]+)"/),
    executors: Number(found(/spark\.executor\.instances=(\d+)/)),
    vcpu: Number(found(/spark\.driver\.cores=(\d+)/)),
    // What Spark asks, a tenth or 384 MiB more, in whole GiB.
    gib: Math.ceil(Math.max(memoryMib * 1.1, memoryMib + 384) / 1024),
  };
}
