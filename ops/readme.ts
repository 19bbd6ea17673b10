import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionsTable as emulatorOptions } from '../emulator/options';
import { optionsTable as localOptions } from '../local/options';

/** `npm run readme`: writes the tables of options in README.md anew from the code that reads them. */
const README = join(__dirname, '..', 'README.md');
const PARTS: Readonly<Record<string, () => string>> = { options: localOptions, 'emulate options': emulatorOptions };

let text = readFileSync(README, 'utf8');
for (const [name, table] of Object.entries(PARTS)) {
  const part = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(\\n<!-- /${name} -->)`);
  if (!part.test(text)) throw new Error(`README.md has no part '${name}'`);
  text = text.replace(part, (_, before: string, after: string) => `${before}${table()}${after}`);
}
writeFileSync(README, text);
