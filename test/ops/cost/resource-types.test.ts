import { checkEnvironment, environmentNames, loadEnvironment } from '../../../config/load';
import { PRICED } from '../../../ops/cost/resource-prices';
import { templatesOf } from '../../../ops/cost/templates';
import { FREE, UNPRICED } from '../../../ops/cost/unpriced';
import { EVERYTHING } from '../../lib/testing/environment';

const environments = environmentNames().map((name) => loadEnvironment(name));
const resources = [...environments, checkEnvironment('everything', EVERYTHING)].flatMap((config) =>
  templatesOf(config).flatMap((template) => Object.values(template.resources)),
);
const types = [...new Set(resources.map(({ Type }) => Type))].sort();

test('every type of resource in any template is priced, or free, or listed as charged at an unknown price', () => {
  expect(types.length).toBeGreaterThan(50);
  const lists = (type: string) => [type in PRICED, FREE.has(type), type in UNPRICED].filter(Boolean).length;
  expect(types.filter((type) => lists(type) !== 1)).toEqual([]);
});

test('nothing is listed that no template has', () => {
  const listed = [...Object.keys(PRICED), ...FREE, ...Object.keys(UNPRICED)];
  expect(listed.filter((type) => !types.includes(type))).toEqual([]);
});

test('what is free for what it leaves out leaves it out', () => {
  const stages = resources.filter(({ Type }) => Type === 'AWS::ApiGateway::Stage');
  expect(stages).toHaveLength(4);
  for (const { Properties } of stages) expect(Properties).not.toHaveProperty('CacheClusterEnabled');
});
