import '@pipeline/cli/node-version';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@pipeline/cli/command';
import { type CommandLine, parseOptions } from '@pipeline/cli/options';
import { loadEnvironment } from '../config/load';
import { optionsTable as emulatorOptions } from '../emulator/options';
import { optionsTable as localOptions } from '../local/options';
import { limitsTable } from './capacity/limits-table';
import { conformancePage } from './conformance-page';
import { bigLineTable, stackTable } from './cost/doc-tables';
import { costOf } from './cost/report';
import { templatesOf } from './cost/templates';
import { endpointsTable } from './endpoints-table';
import { mistakesTable } from './mistakes-table';
import { rulesPage } from './rules-page';

const LINE: CommandLine = {
  name: 'npm run readme --',
  description:
    "Writes what docs/ has from the code anew: tables of options, of costs, of limits, the runtime's endpoints, the doctor's mistakes, the cleaning rules, the promises of the wires.",
  options: [],
};
const OPTIONS: Readonly<Record<string, () => string>> = { options: localOptions, 'emulate options': emulatorOptions };
const COST: Readonly<Record<string, () => string>> = {
  stacks: () => stackTable(costs()),
  'big lines': () => bigLineTable(costs()),
};

async function main(): Promise<number> {
  if (!parseOptions(LINE, process.argv.slice(2))) return 0;
  rewrite('docs/options.md', OPTIONS);
  rewrite('docs/cost.md', COST);
  rewrite('docs/capacity.md', { limits: limitsTable });
  rewrite('docs/console.md', { endpoints: endpointsTable });
  rewrite('docs/doctor.md', { mistakes: mistakesTable });
  writeFileSync(join(__dirname, '../docs/rules.md'), rulesPage());
  writeFileSync(join(__dirname, '../docs/conformance.md'), conformancePage());
  return 0;
}

function rewrite(name: string, parts: Readonly<Record<string, () => string>>): void {
  const file = join(__dirname, '..', name);
  let text = readFileSync(file, 'utf8');
  for (const [title, table] of Object.entries(parts)) {
    const part = new RegExp(`(<!-- ${title} -->\\n)[\\s\\S]*?(\\n<!-- /${title} -->)`);
    if (!part.test(text)) throw new Error(`${name} has no part '${title}'`);
    text = text.replace(part, (_, before: string, after: string) => `${before}${table()}${after}`);
  }
  writeFileSync(file, text);
}

function costs() {
  return ['dev', 'staging', 'prod'].map((name) => {
    const config = loadEnvironment(name);
    return costOf(config, templatesOf(config), { postsPerDay: 0, batchSize: 500 });
  });
}

runCommand(main);
