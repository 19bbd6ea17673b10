import { table } from '@pipeline/cli/table';
import type { AssemblyStack, TemplateResource } from './assembly';
import type { Finding } from './findings';
import fakedTypes from './ministack/faked-types.json';

/** How one step went. */
export interface StepReport {
  readonly step: string;
  readonly seconds: number;
  /** What it did, in a few words. */
  readonly did: string;
}

export interface StackReport {
  readonly stack: string;
  readonly resources: number;
  /** Seconds that the engine took to make it. */
  readonly seconds: number;
  /** Number of its faked resources by type. */
  readonly faked: Readonly<Record<string, number>>;
  /** The environment's file leaves it out; the rehearsal switched it on. */
  readonly switchedOn: boolean;
}

/** All about one rehearsed app. */
export interface RehearsalReport {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly steps: readonly StepReport[];
  readonly stacks: readonly StackReport[];
  /** Types of the custom resources whose functions ran. */
  readonly customResources: readonly string[];
  /** What its stacks leave behind when they are destroyed, by path. */
  readonly kept: readonly string[];
  readonly findings: readonly Finding[];
}

/** What no rehearsal can show. Printed with every one. */
export const CANNOT_SHOW: readonly string[] = [
  'whether AWS accepts a value: versions, sizes, zones, quotas; npm run synth and cfn-lint check what can be known of them',
  'permissions: the engine lets every role do everything',
  'how long it takes: MSK needs some 30 minutes, MWAA 20 to 30, MSK Connect 5 to 10',
  'what runs on machines: the bootstrap of the REST proxy, Kafka, Connect, Airflow, MySQL, the notebooks',
  'what goes through the API: npm start and npm run contract serve the same template here',
  'functions on Lambda’s own Node and processor, and downloads from their real addresses',
];

/** Faked resources of a stack by type. */
export function fakedIn({ resources }: AssemblyStack): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const resource of Object.values(resources)) {
    if (isFaked(resource)) counts[resource.Type] = (counts[resource.Type] ?? 0) + 1;
  }
  return counts;
}

function isFaked({ Type, Properties = {} }: TemplateResource): boolean {
  const faked = (fakedTypes as Record<string, { when?: string }>)[Type];
  return faked !== undefined && (faked.when === undefined || faked.when in Properties);
}

/** The rehearsals as text for people. */
export function renderReports(reports: readonly RehearsalReport[]): string {
  return `${reports.map(renderReport).join('\n')}\nA rehearsal cannot show\n${CANNOT_SHOW.map((line) => `  ${line}\n`).join('')}`;
}

function renderReport(report: RehearsalReport): string {
  const rows = report.stacks.map(({ stack, resources, seconds, faked, switchedOn }) => {
    const count = sum(Object.values(faked));
    const kind = count === 0 ? 'real' : `${count} faked`;
    return [stack, String(resources), seconds.toFixed(1), switchedOn ? `${kind}, not in the file: switched on` : kind];
  });
  const all = [
    'all',
    String(sum(report.stacks.map(({ resources }) => resources))),
    sum(report.stacks.map(({ seconds }) => seconds)).toFixed(1),
    `${sum(Object.values(fakedOf(report)))} faked`,
  ];
  const lines = [
    `${report.name}: ${report.steps.map(({ step, seconds }) => `${step} ${seconds.toFixed(1)} s`).join(', ')}`,
    '',
    ...table(['stack', 'resources', 'seconds', 'real or faked'], [...rows, all]),
    '',
    ...report.steps.map(({ step, did }) => `${step}: ${did}`),
    `functions of ${report.customResources.join(', ') || 'no custom resource'} ran for real`,
    `faked: ${
      Object.entries(fakedOf(report))
        .map(([type, count]) => `${type} ${count}`)
        .join(', ') || 'nothing'
    }`,
    ...(report.steps.some(({ step }) => step === 'destroy') ? [`kept: ${report.kept.join(', ') || 'nothing'}`] : []),
    ...report.findings.map(renderFinding),
    report.ok ? `${report.name}: rehearsed in ${report.seconds.toFixed(1)} s, nothing wrong` : `${report.name}: FAILED`,
  ];
  return `${lines.join('\n')}\n`;
}

export function renderFinding({ step, stack, resource, type, what }: Finding): string {
  return `FAILED ${step}: ${stack}${resource ? `, ${resource} (${type})` : ''}: ${what}`;
}

function fakedOf({ stacks }: RehearsalReport): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { faked } of stacks) {
    for (const [type, count] of Object.entries(faked)) total[type] = (total[type] ?? 0) + count;
  }
  return Object.fromEntries(Object.entries(total).sort());
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
