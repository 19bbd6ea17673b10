import { join } from 'node:path';
import { type Assembly, synthesize } from './assembly';
import type { Overlay } from './overlay';
import { sealedEnvironment } from './processes';
import { type RehearsedApp, rehearse } from './rehearsal';
import type { RehearsalReport } from './report';
import type { OpenStage } from './stage';

const PROGRAM = join(__dirname, 'app.ts');
const SYNTHESIS_LIMIT_MS = 180_000;

/** Synthesizes an environment as the overlay changes it, into a folder of the stage. */
export function synthesizeOn(stage: OpenStage, env: string, folder: string, overlay: Overlay): Promise<Assembly> {
  return synthesize({ file: PROGRAM, input: { env, overlay } }, stage.newFolder(folder), {
    env: sealedEnvironment(stage.scratch),
    limitMs: SYNTHESIS_LIMIT_MS,
    signal: stage.ending,
  });
}

/** Prepares the engine for the CDK, as somebody does once for an account, and rehearses the app there. */
export async function bootstrapAndRehearse(
  app: RehearsedApp,
  stage: OpenStage,
  prepare?: () => Promise<void>,
): Promise<RehearsalReport> {
  const began = Date.now();
  // Neither waits for the other: the CLI bootstraps an account, whatever the app.
  const first = prepare ? undefined : app.synthesize('shipped');
  first?.catch(() => {});
  stage.say(`${app.name}: bootstrap …`);
  const { code, output } = await stage.cdk.bootstrap();
  if (code !== 0) throw new Error(`cdk bootstrap ended with ${code}:\n${output.trim().slice(-2000)}`);
  await prepare?.();
  const seconds = (Date.now() - began) / 1000;
  const report = await rehearse(
    { ...app, synthesize: (variant) => (variant === 'shipped' && first ? first : app.synthesize(variant)) },
    stage,
  );
  const bootstrap = { step: 'bootstrap', seconds, did: 'CDKToolkit' };
  return { ...report, seconds: report.seconds + seconds, steps: [bootstrap, ...report.steps] };
}
