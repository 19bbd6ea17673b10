import { Command, CommanderError } from 'commander';
import { UsageError } from './option-values';

export type OptionValue = string | number | boolean;

/** One option of one or more commands. Help, defaults and the tables of docs/options.md are made from these. */
export interface OptionDefinition<Name extends string = string> {
  /** As commander takes it: `--posts <n>`. */
  readonly flag: string;
  readonly help: string;
  /** Left out: the option has no default, and `otherwise` says what happens then. */
  readonly default?: OptionValue;
  readonly otherwise?: string;
  /** The command does nothing without it. @default false */
  readonly required?: boolean;
  /** Which commands of a shared table take it. */
  readonly commands?: readonly Name[];
  /** Reads the text; throws UsageError for what does not fit. */
  readonly parse?: (text: string) => unknown;
}

/** A command as its user sees it. */
export interface CommandLine {
  /** What the user types before the options: `npm run cost --`. */
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionDefinition[];
  /** Words beside the options. @default they are refused */
  readonly words?: {
    readonly name: string;
    readonly help: string;
    /** Every word has to be one of these. @default any word, also a negative number */
    readonly known?: readonly string[];
    /** Options that the command does not list are words too, for the program that it calls. @default they are refused */
    readonly withOptions?: true;
  };
}

export interface Parsed<T> {
  readonly options: T;
  /** What stood beside the options, in its order. */
  readonly words: readonly string[];
}

/** Which environment, the same for every command that reads its file. */
export const ENVIRONMENT: OptionDefinition = {
  flag: '--env <name>',
  help: 'environment: the name of a file in config/',
  required: true,
};

/** Where deployments write what clients need, and read it. */
export const OUTPUTS_FOLDER: OptionDefinition = {
  flag: '--outputs <dir>',
  help: 'folder of the outputs files',
  default: 'outputs',
};

export const JSON_OUTPUT: OptionDefinition = {
  flag: '--json',
  help: 'print one JSON object on stdout; npm writes lines of its own before it, which npm -s leaves out',
  default: false,
};

/**
 * The options of one command.
 *
 * @returns undefined when help was asked for, and printed
 * @throws UsageError for anything that the command does not take
 */
export function parseOptions<T>(line: CommandLine, argv: readonly string[]): T | undefined {
  return parseCommandLine<T>(line, argv)?.options;
}

/** The same, with the words beside the options. */
export function parseCommandLine<T>(line: CommandLine, argv: readonly string[]): Parsed<T> | undefined {
  const program = programOf(line);
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return undefined;
    throw new UsageError(`${inOneLine(error)}; ${line.name} --help lists what there is`);
  }
  // Commander would say so before it says that `--evn` is not an option.
  const given = program.opts();
  const missing = line.options.find((option) => option.required && given[keyOf(option)] === undefined);
  if (missing) throw new UsageError(`${missing.flag} is missing; ${line.name} --help lists what there is`);
  const unknown = line.words?.known && program.args.find((word) => !line.words!.known!.includes(word));
  if (unknown !== undefined)
    throw new UsageError(`no ${line.words!.name} '${unknown}' (known: ${line.words!.known!.join(', ')})`);
  const strange = line.words?.withOptions ? undefined : program.args.find((word) => /^-[^\d]/.test(word));
  if (strange !== undefined)
    throw new UsageError(`unknown option '${strange}'; ${line.name} --help lists what there is`);
  const defaults = Object.fromEntries(
    line.options.filter(({ flag }) => !flag.startsWith('--no-')).map((option) => [keyOf(option), option.default]),
  );
  return { options: { ...defaults, ...given } as T, words: program.args };
}

/** Options of a shared table that one command takes. */
export function optionsOf<Name extends string>(
  all: readonly OptionDefinition<Name>[],
  command: Name,
): readonly OptionDefinition<Name>[] {
  return all.filter(({ commands }) => commands?.includes(command));
}

/** Parsed options as arguments again, for another process that takes `taken`. */
export function argumentsOf(taken: readonly OptionDefinition[], options: object): string[] {
  return taken.flatMap((option) => {
    const value = (options as Record<string, OptionValue | undefined>)[keyOf(option)];
    if (value === false || value === undefined) return [];
    return value === true ? [flagOf(option)] : [flagOf(option), String(value)];
  });
}

/** A table of options in Markdown, as docs/options.md shows it. */
export function optionsTable(options: readonly OptionDefinition[]): string {
  const rows = options.map((option) => {
    const commands = (option.commands ?? []).map((command) => `\`${command}\``).join(', ');
    const value = option.default === false ? 'off' : `\`${option.default}\``;
    return `| \`${option.flag}\` | ${option.help} | ${option.otherwise ?? value} | ${commands} |`;
  });
  return ['| option | what it does | default | commands |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

export function keyOf(option: OptionDefinition): string {
  return flagOf(option)
    .slice(2)
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function programOf({ name, description, options, words }: CommandLine): Command {
  const program = new Command(name)
    .description(description)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .allowExcessArguments(words !== undefined);
  if (words?.known) program.argument(`[${words.name}...]`, `${words.help}: ${words.known.join(', ')}`);
  else if (words) program.allowUnknownOption().argument(`[${words.name}...]`, words.help);
  for (const { flag, help, otherwise, default: value, required, parse } of options) {
    const text = required ? `${help} (required)` : otherwise === undefined ? help : `${help} (default: ${otherwise})`;
    if (parse) program.option<unknown>(flag, text, parse, value);
    else if (typeof value === 'string') program.option(flag, text, value);
    // Commander's own default for a switch would show as "(default: false)".
    else program.option(flag, text);
  }
  return program;
}

function flagOf({ flag }: OptionDefinition): string {
  return flag.split(' ')[0]!;
}

/** What Commander found wrong, with its suggestion, in one line. */
function inOneLine({ message }: Error): string {
  return message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
}
