import { TempFolder } from '../../ops/parts/temp-folder';

/** What the end of the run needs of its beginning, which is another module in the same process. */
export interface RunOfJest {
  tempFolder?: TempFolder;
  variablesBefore?: Readonly<Record<string, string | undefined>>;
}

/** Gives a run of jest, its workers and all that these start a folder for their temporary files; `end-temp-folder.ts` removes it. */
export default function begin(): void {
  const run = globalThis as RunOfJest;
  run.tempFolder = new TempFolder('jest');
  const { variables } = run.tempFolder;
  run.variablesBefore = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  Object.assign(process.env, variables);
}
