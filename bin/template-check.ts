import { join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { type App, CfnResource, CloudFormationValidatePlugin, type IPolicyValidationContext } from 'aws-cdk-lib';

/** What the thread is told: the types of resources that will come, or the templates to check. */
export type Task = { readonly types: readonly string[] } | { readonly check: Templates };
export type Templates = Omit<IPolicyValidationContext, 'appConstruct'>;

type Report = ReturnType<CloudFormationValidatePlugin['validate']>;

/** What the thread answers to templates. */
export interface Checked {
  readonly report: Report;
  readonly version: string | undefined;
}

export interface ThreadData {
  readonly port: MessagePort;
  /** One number, 1 from the moment on at which there is an answer, or none will come. */
  readonly done: SharedArrayBuffer;
}

/** A thread does not inherit the loader of TypeScript, so it begins with it. */
const PROGRAM = ['tsx/cjs', join(__dirname, 'template-check-thread.ts')]
  .map((module) => `require(${JSON.stringify(require.resolve(module))});`)
  .join('');

/** However the thread ends, nobody goes on waiting for it. */
const WAKE_AT_ITS_END = `const { done } = require('node:worker_threads').workerData;
process.once('exit', () => { Atomics.store(new Int32Array(done), 0, 1); Atomics.notify(new Int32Array(done), 0); });`;

/** A thread that runs out of memory ends without a word. Its work takes a second, and on a busy machine thirty. */
const LONGEST_WAIT_MS = 120_000;

/**
 * CDK's own check of templates, in a thread of its own. Its engine takes more than a second to get ready, about as long as the stacks take
 * to be made: so both happen at once. Rules, findings and report are CDK's.
 */
export class TemplateCheck {
  private readonly done = new SharedArrayBuffer(4);
  private readonly port: MessagePort;

  /** @param program of the thread. @default the check */
  constructor(program = PROGRAM) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const workerData: ThreadData = { port: port2, done: this.done };
    const thread = new Worker(`${WAKE_AT_ITS_END}${program}`, {
      eval: true,
      workerData,
      transferList: [port2],
      execArgv: [],
    });
    // A thread that failed gives no answer, and then the check is made without it.
    thread.on('error', () => {});
    thread.unref();
  }

  /** Has CDK use this check for `app`, whose stacks are all there. CDK still decides whether it checks at all. */
  useFor(app: App): void {
    const resources = app.node.findAll().filter((construct) => CfnResource.isCfnResource(construct));
    this.tell({ types: [...new Set(resources.map(({ cfnResourceType }) => cfnResourceType))] });
    // A plugin that is added to the app would stand in the metadata of every template.
    const plugin = CloudFormationValidatePlugin._singletonInstance();
    const validate = plugin.validate.bind(plugin);
    plugin.validate = (context) => {
      const checked = this.checked(context);
      if (checked === undefined) return validate(context);
      Object.defineProperty(plugin, 'version', { value: checked.version, configurable: true });
      return checked.report;
    };
  }

  /** Waits for the thread's answer, which is undefined when the thread has failed. */
  private checked({ appConstruct: _, ...check }: IPolicyValidationContext): Checked | undefined {
    this.tell({ check });
    Atomics.wait(new Int32Array(this.done), 0, 0, LONGEST_WAIT_MS);
    return receiveMessageOnPort(this.port)?.message as Checked | undefined;
  }

  private tell(task: Task): void {
    this.port.postMessage(task);
  }
}
