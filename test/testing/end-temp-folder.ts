import type { RunOfJest } from './begin-temp-folder';

/** Removes what `begin-temp-folder.ts` made; jest does so after failures, too. */
export default function end(): void {
  const { tempFolder, variablesBefore = {} } = globalThis as RunOfJest;
  for (const [name, value] of Object.entries(variablesBefore)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  tempFolder?.remove();
}
