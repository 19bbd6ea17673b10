import { ConfigError } from '../config/load';
import type { EnvironmentConfig } from '../config/schema';

/** Something that a template can do without, and a deployment cannot, or should not. */
export interface Undecided {
  /** Key in the environment's file. */
  readonly key: string;
  readonly what: string;
  readonly fix: string;
  /** Whether it stops a deployment; otherwise it is only said. */
  readonly stops: boolean;
}

/** What somebody still has to decide before an environment is deployed. Synthesis does without, so that anybody can look. */
export function undecided(config: EnvironmentConfig): Undecided[] {
  const { account, destroyData, monitoring, orchestration, databricks, spark } = config;
  const found: Undecided[] = [];
  if (orchestration && !databricks && !spark) {
    found.push({
      key: 'orchestration',
      what: 'Airflow starts a job that nobody makes, and its run fails every day',
      fix: 'name an engine (databricks or spark), or leave orchestration out',
      stops: true,
    });
  }
  if (!destroyData && account === undefined) {
    found.push({
      key: 'account',
      what: 'it keeps its data, and goes into whatever account the credentials are of',
      fix: "the account's 12 digits in quotes",
      stops: true,
    });
  }
  if (monitoring.email === undefined && monitoring.alarmTopicArn === undefined) {
    found.push({
      key: 'monitoring',
      what: 'alarms go to nobody',
      fix: 'monitoring.email, or monitoring.alarmTopicArn of a topic of your own',
      stops: !destroyData,
    });
  }
  return found;
}

/**
 * What is undecided and need not stop a deployment, a line each.
 *
 * @throws ConfigError with all that stops it
 */
export function refuseUndecided(config: EnvironmentConfig): string[] {
  const lines = undecided(config).map(({ key, what, fix, stops }) => ({
    line: `config/${config.name}.yaml: ${key}: ${what}; ${fix}`,
    stops,
  }));
  const stopping = lines.filter(({ stops }) => stops).map(({ line }) => line);
  if (stopping.length > 0) throw new ConfigError(stopping.join('\n'));
  return lines.map(({ line }) => line);
}
