import { inOneLine, UsageError } from '@pipeline/cli/option-values';
import { Command, CommanderError } from 'commander';
import { type EmulatorCommand, OPTIONS, type OptionDefinition, type OptionValue } from './options';

/**
 * The options of one command.
 *
 * @returns undefined when help was asked for, and printed
 * @throws UsageError for anything that the command does not take
 */
export function parseOptions<T>(command: EmulatorCommand, description: string, argv: readonly string[]): T | undefined {
  const name = {
    emulate: 'npm run emulate --',
    tail: 'npm run emulate -- tail',
    'seed-database': 'npm run seed-database --',
  };
  const program = new Command(name[command])
    .description(description)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .allowExcessArguments(false);
  for (const { flag, help, otherwise, default: value, parse } of optionsOf(command)) {
    const text = otherwise === undefined ? help : `${help} (default: ${otherwise})`;
    // Commander's own default for a flag would show as "(default: false)".
    if (parse) program.option<OptionValue | undefined>(flag, text, parse, value);
    else if (typeof value === 'string') program.option(flag, text, value);
    else program.option(flag, text);
  }
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return undefined;
    throw new UsageError(`${inOneLine(error)}; ${name[command]} --help lists what there is`);
  }
  const defaults = Object.fromEntries(optionsOf(command).map((option) => [keyOf(option), option.default]));
  return { ...defaults, ...program.opts() } as T;
}

function optionsOf(command: EmulatorCommand): readonly OptionDefinition[] {
  return OPTIONS.filter((option) => option.commands.includes(command));
}

function keyOf({ flag }: OptionDefinition): string {
  return flag
    .split(' ')[0]!
    .slice(2)
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
