import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { CloudFormationValidatePlugin } from 'aws-cdk-lib';
import type { Checked, Task, Templates, ThreadData } from './template-check';

const { port, done } = workerData as ThreadData;
const plugin = new CloudFormationValidatePlugin();

port.on('message', (task: Task) => {
  if ('types' in task) getReady(task.types);
  else answer(task.check);
});

/** The engine loads what it needs of a type when it first meets it. What it finds here is nobody's. */
function getReady(types: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'template-check-'));
  try {
    const templatePath = join(folder, 'types.json');
    const resources = types.map((Type, index) => [`Resource${index}`, { Type, Properties: {} }]);
    writeFileSync(templatePath, JSON.stringify({ Resources: Object.fromEntries(resources) }));
    reportOn({ templatePaths: [templatePath], stackTemplates: [{ stackConstructPath: 'Types', templatePath }] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function answer(templates: Templates): void {
  const checked: Checked = { report: reportOn(templates), version: plugin.version };
  port.postMessage(checked);
  const flag = new Int32Array(done);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
}

/** The plugin reads the templates alone, not the app that they were made by. */
function reportOn(templates: unknown) {
  return plugin.validate(templates as Parameters<typeof plugin.validate>[0]);
}
