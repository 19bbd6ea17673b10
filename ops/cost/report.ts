import type { EnvironmentConfig } from '../../config/schema';
import { counted, type FixedLine, type Line, standing, type UnknownLine, type UseLine, unknown } from './lines';
import { PRICES_OF_REGION, SOURCES } from './price-table';
import { linesOfType, PRICED } from './resource-prices';
import type { Resource, StackTemplate } from './templates';
import { FREE, UNPRICED } from './unpriced';
import { type Traffic, usesOf } from './use';

export interface StackCost {
  readonly stack: string;
  readonly fixed: readonly FixedLine[];
  readonly use: readonly UseLine[];
  /** What is charged for and not in any number here. */
  readonly notCounted: readonly UnknownLine[];
}

/** What an environment costs, as far as prices are known, and what they leave out. */
export interface CostReport extends Traffic {
  readonly env: string;
  readonly region: string;
  /** Where the prices hold. */
  readonly pricesOf: string;
  readonly stacks: readonly StackCost[];
  readonly fixed: { readonly usdPerHour: number; readonly usdPerMonth: number };
  readonly use: { readonly usdPerMonth: number };
  readonly usdPerMonth: number;
  /** How many things are charged for that no total has. */
  readonly notCounted: number;
  readonly sources: typeof SOURCES;
}

export function costOf(config: EnvironmentConfig, templates: readonly StackTemplate[], traffic: Traffic): CostReport {
  const uses = usesOf(templates, traffic);
  const stacks = templates.map((template) => costOfStack(template, uses.get(template.stack) ?? []));
  const all = <L extends Line>(pick: (stack: StackCost) => readonly L[]) => stacks.flatMap(pick);
  const fixed = all(({ fixed }) => fixed);
  const fixedPerMonth = fixed.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);
  const usePerMonth = all(({ use }) => use).reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);
  return {
    env: config.name,
    region: config.region,
    pricesOf: PRICES_OF_REGION,
    ...traffic,
    stacks,
    fixed: { usdPerHour: fixed.reduce((sum, { usdPerHour }) => sum + usdPerHour, 0), usdPerMonth: fixedPerMonth },
    use: { usdPerMonth: usePerMonth },
    usdPerMonth: fixedPerMonth + usePerMonth,
    notCounted: all(({ notCounted }) => notCounted).length,
    sources: SOURCES,
  };
}

function costOfStack(template: StackTemplate, use: readonly UseLine[]): StackCost {
  const lines = Object.entries(byType(template)).flatMap(([type, resources]) => linesOf(type, resources, template));
  return {
    stack: template.stack,
    fixed: lines.filter((line) => line.kind === 'fixed'),
    use,
    notCounted: lines.filter((line) => line.kind === 'unknown'),
  };
}

function linesOf(type: string, resources: readonly Resource[], template: StackTemplate): Line[] {
  if (type in PRICED) return linesOfType(type, resources, template);
  if (FREE.has(type)) return [];
  const unpriced = UNPRICED[type];
  if (!unpriced) return [standing(`${resources.length} ${type}`, 'nobody has looked at what it costs')];
  const what = counted(resources.length, unpriced.one, unpriced.many);
  return [unpriced.stands ? standing(what, unpriced.by) : unknown(what, unpriced.by)];
}

function byType({ resources }: StackTemplate): Record<string, Resource[]> {
  const types: Record<string, Resource[]> = {};
  for (const resource of Object.values(resources)) {
    types[resource.Type] ??= [];
    types[resource.Type]!.push(resource);
  }
  return types;
}
