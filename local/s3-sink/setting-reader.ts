import { isTimezone } from './local-time';

/** A setting of the connector is missing, or the laptop's sink does not support it. */
export class SinkSettingError extends Error {
  override readonly name = 'SinkSettingError';

  constructor(
    readonly setting: string,
    problem: string,
  ) {
    super(`S3 sink: ${setting} ${problem}`);
  }
}

/** Settings without an effect on the files, such as `tasks.max`. */
const WITHOUT_MEANING_HERE = new Set([
  'name',
  'connector.class',
  'tasks.max',
  'key.converter',
  'key.converter.schemas.enable',
  'header.converter',
  'storage.class',
  'store.url',
  'locale',
  'errors.deadletterqueue.topic.replication.factor',
  'errors.log.enable',
  'errors.log.include.messages',
  'errors.retry.timeout',
  'errors.retry.delay.max.ms',
  'retry.backoff.ms',
  'shutdown.timeout.ms',
  'max.files.scan.limit',
  'enable.conditional.writes',
]);
const S3_OWN = /^s3\.(?!compression\.)/;

/** Reads settings one by one and remembers them, so that an unread setting can be reported. */
export class SettingReader {
  private readonly config: Readonly<Record<string, string>>;
  private readonly read = new Set<string>();

  constructor(config: Readonly<Record<string, string>>) {
    this.config = config;
  }

  optional(setting: string): string | undefined {
    this.read.add(setting);
    return this.config[setting];
  }

  text(setting: string, otherwise?: string): string {
    const value = this.optional(setting) ?? otherwise;
    if (value === undefined) throw new SinkSettingError(setting, 'is missing');
    return value;
  }

  choice<Value extends string>(setting: string, choices: readonly Value[], otherwise?: Value): Value {
    const value = this.text(setting, otherwise);
    const choice = choices.find((candidate) => candidate === value);
    if (choice !== undefined) return choice;
    throw new SinkSettingError(setting, `must be ${choices.join(' or ')} on the laptop, got '${value}'`);
  }

  flag(setting: string, otherwise: boolean): boolean {
    return this.choice(setting, ['true', 'false'], otherwise ? 'true' : 'false') === 'true';
  }

  wholeNumber(setting: string, least: number, otherwise?: string): number {
    const text = this.text(setting, otherwise);
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= least) return value;
    throw new SinkSettingError(setting, `must be a whole number from ${least}, got '${text}'`);
  }

  /** Undefined for -1, which switches the setting off. */
  milliseconds(setting: string): number | undefined {
    return this.text(setting, '-1') === '-1' ? undefined : this.wholeNumber(setting, 1);
  }

  timezone(): string {
    const timezone = this.text('timezone');
    if (isTimezone(timezone)) return timezone;
    throw new SinkSettingError('timezone', `must be a name such as UTC or Europe/Berlin, got '${timezone}'`);
  }

  /** The settings whose names begin with `prefix`, without the prefix. */
  namesUnder(prefix: string): string[] {
    return Object.keys(this.config).flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  }

  refuseOthers(): void {
    for (const name of Object.keys(this.config)) {
      if (this.read.has(name) || WITHOUT_MEANING_HERE.has(name) || S3_OWN.test(name)) continue;
      throw new SinkSettingError(name, 'is not supported on the laptop; leave it out');
    }
  }
}
