import type { EnvironmentConfig } from '../../config/schema';
import { undecided } from '../undecided';
import { type Finding, fails, ok, warns } from './finding';

const CHECK = 'decisions';

/** Whether the environment's file says all that a deployment needs to be told. */
export function checkDecisions(config: EnvironmentConfig): Finding[] {
  const open = undecided(config);
  if (open.length === 0) return [ok(CHECK, `config/${config.name}.yaml leaves nothing open`)];
  return open.map(({ key, what, fix, stops }) => (stops ? fails : warns)(CHECK, `${key}: ${what}`, fix));
}
