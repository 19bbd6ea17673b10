import { type Assembly, type AssemblyStack, pathOf, withNeeds } from './assembly';
import type { CdkCli } from './cdk-cli';
import type { CloudFormation, DeployedResource, Event } from './cloud-formation';
import {
  differencesOf,
  differingResources,
  type Finding,
  failuresOf,
  leftDifferencesOf,
  refusalsOf,
  replacementsOf,
} from './findings';
import type { Ended } from './processes';
import type { RehearsalReport, StepReport } from './report';
import { type Stock, takeStock } from './stock';
import { type ChangeByHand, rehearseDrift, rehearseTwoSteps } from './two-steps';

/** The app as it ships; the same again; with one setting changed; and with everything switched on that it leaves out. */
export type Variant = 'shipped' | 'again' | 'changed' | 'everything';

/** A CDK app to rehearse. */
export interface RehearsedApp {
  readonly name: string;
  /** Synthesizes a variant anew. */
  synthesize(variant: Variant): Promise<Assembly>;
  /** What `changed` changes, in words. @default - it is not rehearsed */
  readonly change?: string;
  /** What `everything` switches on, in words. @default - it is not rehearsed */
  readonly switchOn?: string;
  /** Uses what is deployed, and says what it did and found. @default - it is deployed and no more */
  use?(assembly: Assembly): Promise<{ readonly did: string; readonly findings: readonly Finding[] }>;
  /** Does what `npm run deploy` does before the CDK CLI changes anything, and `npm run destroy` before it deletes. */
  hold?(options: { readonly cancel: boolean }): Promise<void>;
  /** Does what `npm run deploy` does after it. */
  release?(): Promise<void>;
  /** Changes something deployed by hand; what it gives takes that back. @default - drift is not rehearsed */
  readonly changeByHand?: ChangeByHand;
  /** What is tried once everything is switched on, in this order. */
  readonly later?: readonly LaterStep[];
  /** What is wrong outside AWS, in the stand-ins, while everything is deployed, or once these stacks are gone. */
  findOutside?(gone: readonly string[]): Finding[];
}

interface ShownStep {
  readonly step: string;
  /** What it shows, in words. */
  readonly shows: string;
}

/** One more deployment of the app as it has become, of which something is expected; or something else that is tried. */
export type LaterStep = DeployedStep | TriedStep;

/** Leaves everything as it was. */
export interface TriedStep extends ShownStep {
  /** Gives what is wrong. */
  readonly try: (now: Assembly) => Promise<Finding[]>;
}

export interface DeployedStep extends ShownStep {
  /** What somebody does first; what it gives is what is then synthesized. */
  readonly synthesize: () => Promise<Assembly>;
  /** What the deployment has to be refused with. @default - it goes through */
  readonly refusedWith?: RegExp;
  /** What is wrong afterwards. */
  readonly check?: (now: Assembly) => Promise<Finding[]>;
}

/** Where rehearsals take place: a bootstrapped engine. */
export interface Stage {
  readonly cdk: CdkCli;
  readonly cloud: CloudFormation;
  /** Puts an object into a bucket, so that its being emptied is rehearsed. */
  readonly fillBucket: (bucket: string) => Promise<void>;
  /** Told what is being done, one line each time. */
  readonly say: (line: string) => void;
}

/** Deploys an app, deploys it again, changes it, and destroys it. Stops at the first step that finds anything wrong. */
export async function rehearse(app: RehearsedApp, stage: Stage): Promise<RehearsalReport> {
  const rehearsal = new Rehearsal(app, stage);
  return rehearsal.run();
}

class Rehearsal {
  private readonly steps: StepReport[] = [];
  private readonly findings: Finding[] = [];
  /** How many events of each stack have been looked at. */
  private readonly seen = new Map<string, number>();
  private stock: Stock = { stacks: [], customResources: [] };
  private kept: readonly string[] = [];

  constructor(
    private readonly app: RehearsedApp,
    private readonly stage: Stage,
  ) {}

  async run(): Promise<RehearsalReport> {
    const began = Date.now();
    await this.rehearseAll();
    const { steps, findings, kept, stock } = this;
    const ok = findings.length === 0;
    const seconds = (Date.now() - began) / 1000;
    return { name: this.app.name, ok, seconds, steps, ...stock, kept, findings };
  }

  private async rehearseAll(): Promise<void> {
    const { app } = this;
    let shipped: Assembly | undefined;
    await this.step('synth', async () => {
      shipped = await app.synthesize('shipped');
      return `${shipped.stacks.length} stacks`;
    });
    if (!shipped) return;
    let now = shipped;
    const later = this.synthesizeLater();

    await this.step('deploy', () => this.deploy('deploy', now));
    await this.step('again', async () => {
      const again = await later('again');
      await this.deployAgain(now, again);
      return 'nothing changed';
    });
    await this.step('diff', async () => {
      this.findings.push(...leftDifferencesOf('diff', now, await this.stage.cdk.diff(now.folder)));
      return 'no differences';
    });
    if (app.use) {
      await this.step('answers', async () => {
        const { did, findings } = await app.use!(now);
        this.findings.push(...findings);
        return did;
      });
    }
    if (app.change) {
      await this.step('change', async () => {
        const changed = await later('changed');
        const updated = await this.update('change', now, changed, () => this.deployInTwoSteps('change', changed));
        now = changed;
        return `${app.change}: prepared, executed, ${updated} resources updated, none that holds data replaced`;
      });
    }
    if (app.changeByHand) await this.step('drift', () => this.findDrift(app.changeByHand!));
    if (app.switchOn) {
      await this.step('everything', async () => {
        const everything = await later('everything');
        await this.update('everything', now, everything);
        now = everything;
        return `switched on ${app.switchOn}`;
      });
    }
    if (this.findings.length === 0) this.findings.push(...(app.findOutside?.([]) ?? []));
    for (const each of app.later ?? []) {
      await this.step(each.step, async () => {
        if ('try' in each) this.findings.push(...(await each.try(now)));
        else now = await this.tryLater(each, now);
        return each.shows;
      });
    }
    this.stock = await takeStock(this.stage.cloud, shipped, now);
    await this.step('destroy', () => this.destroy(now));
  }

  /** Does one step, unless an earlier one found something. */
  private async step(step: string, work: () => Promise<string>): Promise<void> {
    if (this.findings.length > 0) return;
    this.stage.say(`${this.app.name}: ${step} …`);
    const began = Date.now();
    const did = await work();
    this.steps.push({ step, seconds: (Date.now() - began) / 1000, did: this.findings.length > 0 ? 'failed' : did });
  }

  /** Synthesizes the other variants one after the other, while the first is being deployed. */
  private synthesizeLater(): (variant: Variant) => Promise<Assembly> {
    const { app } = this;
    const variants: Variant[] = [
      'again',
      ...(app.change ? ['changed' as const] : []),
      ...(app.switchOn ? ['everything' as const] : []),
    ];
    const made = new Map<Variant, Promise<Assembly>>();
    let last: Promise<unknown> = Promise.resolve();
    for (const variant of variants) {
      const assembly = last.then(() => app.synthesize(variant));
      // Whoever asks for it is told; nobody may, after a step that failed.
      assembly.catch(() => {});
      made.set(variant, assembly);
      last = assembly;
    }
    return (variant) => made.get(variant)!;
  }

  private async deploy(step: string, assembly: Assembly): Promise<string> {
    await this.markEvents(assembly);
    const ended = await this.stage.cdk.deploy(assembly.folder);
    if (ended.code !== 0) await this.noteFailures(step, assembly, ended);
    for (const { id, name, isProtected } of assembly.stacks) {
      if (this.findings.length > 0 || !isProtected) continue;
      if (!(await this.stage.cloud.find(name))?.isProtected) {
        this.findings.push({ step, stack: id, what: 'it holds data, and nothing protects it from being deleted' });
      }
    }
    return `${assembly.stacks.length} stacks`;
  }

  private async deployInTwoSteps(step: string, assembly: Assembly): Promise<void> {
    await this.markEvents(assembly);
    const { wrong, refused } = await rehearseTwoSteps(assembly, this.stage);
    if (refused) await this.noteFailures(step, assembly, refused);
    else if (wrong) this.findings.push({ step, ...wrong });
  }

  private async findDrift(change: ChangeByHand): Promise<string> {
    const { did, wrong } = await rehearseDrift(change, this.stage);
    this.findings.push(...wrong.map((what) => ({ step: 'drift', stack: this.app.name, what })));
    return did;
  }

  /** Gives what is deployed afterwards: of a deployment that was rightly refused, what was there before. */
  private async tryLater({ step, synthesize, refusedWith, check }: DeployedStep, now: Assembly): Promise<Assembly> {
    const later = await synthesize();
    if (refusedWith === undefined) {
      await this.update(step, now, later);
    } else {
      const before = this.findings.length;
      await this.deploy(step, later);
      const refusals = this.findings.splice(before);
      if (!refusals.some(({ what }) => refusedWith.test(what))) {
        const what = `it should have been refused with ${refusedWith}, and was ${refusals.length === 0 ? 'deployed' : `refused with: ${refusals.map(({ what }) => what).join('; ')}`}`;
        this.findings.push({ step, stack: later.stacks.map(({ id }) => id).join(', '), what });
      }
    }
    const deployed = refusedWith === undefined ? later : now;
    if (this.findings.length === 0) this.findings.push(...((await check?.(deployed)) ?? []));
    return deployed;
  }

  private async deployAgain(before: Assembly, again: Assembly): Promise<void> {
    await this.deploy('again', again);
    if (this.findings.length > 0) return;
    for (const stack of again.stacks) {
      const events = await this.newEvents(stack);
      const first = before.stacks.find(({ id }) => id === stack.id)!;
      if (events.length > 0) this.findings.push(...differencesOf('again', first, stack, events));
    }
  }

  /** Deploys over what is there. Gives the number of resources that are other ones now. */
  private async update(
    step: string,
    before: Assembly,
    assembly: Assembly,
    deploy: () => Promise<unknown> = () => this.deploy(step, assembly),
  ): Promise<number> {
    const resources = new Map<string, readonly DeployedResource[]>();
    for (const { name } of before.stacks) resources.set(name, await this.stage.cloud.resources(name));
    await this.app.hold?.({ cancel: false });
    await deploy();
    await this.app.release?.();
    if (this.findings.length > 0) return 0;
    let updated = 0;
    for (const stack of assembly.stacks) {
      const first = before.stacks.find(({ id }) => id === stack.id);
      updated += differingResources(first, stack).length;
      if (!first) continue;
      const after = await this.stage.cloud.resources(stack.name);
      this.findings.push(...replacementsOf(step, first, resources.get(stack.name)!, after));
    }
    if (updated === 0 && this.findings.length === 0) this.findings.push(nothingChanged(step, assembly));
    return updated;
  }

  /** Destroys what may go, and tries in vain to destroy the rest. */
  private async destroy(assembly: Assembly): Promise<string> {
    const { cdk, cloud } = this.stage;
    const staying = withNeeds(assembly, ({ isProtected }) => isProtected);
    const going = assembly.stacks.filter(({ id }) => !staying.has(id));
    const ids = new Map<string, string>();
    for (const { name } of going) {
      ids.set(name, (await cloud.find(name))!.id);
      for (const { type, physicalId } of await this.stage.cloud.resources(name)) {
        if (type === 'AWS::S3::Bucket') await this.stage.fillBucket(physicalId);
      }
    }
    await this.markEvents(assembly);
    if (going.some(({ id }) => id === 'Spark')) await this.app.hold?.({ cancel: true });
    const ended = await cdk.destroy(
      assembly.folder,
      going.map(({ id }) => id),
    );
    if (ended.code !== 0) await this.noteFailures('destroy', assembly, ended);
    if (this.findings.length > 0) return '';

    const kept: string[] = [];
    for (const stack of going) {
      const events = await cloud.events(ids.get(stack.name)!);
      kept.push(
        ...events.filter(({ status }) => status === 'DELETE_SKIPPED').map(({ logicalId }) => pathOf(stack, logicalId)),
      );
      if (await cloud.find(stack.name))
        this.findings.push({ step: 'destroy', stack: stack.id, what: 'it is still there' });
    }
    for (const { id, name, isProtected } of assembly.stacks.filter(({ id }) => staying.has(id))) {
      kept.push(`all of ${id}`);
      if (!isProtected) continue;
      const refusal = await cloud.refusalToDelete(name);
      if (!refusal)
        this.findings.push({ step: 'destroy', stack: id, what: 'it is protected, and was deleted all the same' });
    }
    this.kept = kept;
    const gone = going.map(({ id }) => id);
    if (this.findings.length === 0) this.findings.push(...(this.app.findOutside?.(gone) ?? []));
    return staying.size === 0
      ? `${going.length} stacks`
      : `${going.length} stacks; ${[...staying].join(', ')} stay, because termination protection holds them or they are needed`;
  }

  private async noteFailures(step: string, assembly: Assembly, ended: Ended): Promise<void> {
    const before = this.findings.length;
    for (const stack of assembly.stacks) this.findings.push(...failuresOf(step, stack, await this.newEvents(stack)));
    if (this.findings.length === before) this.findings.push(...refusalsOf(step, assembly, ended));
  }

  private async markEvents({ stacks }: Assembly): Promise<void> {
    for (const { name } of stacks) this.seen.set(name, (await this.stage.cloud.events(name)).length);
  }

  private async newEvents({ name }: AssemblyStack): Promise<Event[]> {
    return (await this.stage.cloud.events(name)).slice(this.seen.get(name) ?? 0);
  }
}

function nothingChanged(step: string, { stacks }: Assembly): Finding {
  return {
    step,
    stack: stacks.map(({ id }) => id).join(', '),
    what: 'the changed setting changed no resource; name another with --change',
  };
}
