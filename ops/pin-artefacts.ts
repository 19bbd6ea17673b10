import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { LOCK_FILE, loadArtefacts } from '../config/artefacts';
import { loadEnvironment } from '../config/load';
import { IMAGES_FILE, loadMachineImages, processorOf } from '../config/machine-images';
import { digestOf } from './download-digest';
import { latestImage, withImage } from './pin-image';
import { awsClients } from './preflight/aws-clients';
import { reportingErrors } from './report-errors';

const program = new Command('npm run pin-artefacts --')
  .description(
    "Downloads each file of artefacts.lock.json that has no SHA-256 yet, and writes the one it has. Compare it with what the maker publishes before you commit it. With --env it also writes the machines' image of that environment's region to machine-images.lock.json, which takes AWS credentials.",
  )
  .option('--env <name>', "environment whose machines' image is pinned: a file in config/")
  .option(
    '--renew',
    'pin the latest image instead of the one that is pinned; the next deployment replaces the machines',
    false,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
program.parse();

async function main(): Promise<number> {
  const { env, renew } = program.opts<{ env?: string; renew: boolean }>();
  const environment = env === undefined ? undefined : loadEnvironment(env);
  await pinFiles();
  if (environment) await pinImage(environment, renew);
  return 0;
}

async function pinFiles(): Promise<void> {
  const open = Object.entries(loadArtefacts()).filter(([, { sha256 }]) => sha256 === null);
  for (const [name, { url }] of open) {
    console.error(`${name}: downloading ${url}`);
    const sha256 = await digestOf(url);
    // Read anew each time, so that a later failure loses none of the digests before it.
    const lock = JSON.parse(readFileSync(LOCK_FILE, 'utf8'));
    lock[name].sha256 = sha256;
    writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
    console.log(`${name} ${sha256}`);
  }
  if (open.length === 0) console.error('every file is pinned already');
}

async function pinImage({ region, kafkaClient }: ReturnType<typeof loadEnvironment>, renew: boolean): Promise<void> {
  const processor = processorOf(kafkaClient.instanceType);
  const images = loadMachineImages();
  const pinned = images[region]?.[processor];
  if (pinned !== undefined && !renew) {
    console.error(`${region} ${processor}: ${pinned} is pinned already; --renew takes the latest`);
    return;
  }
  const image = await latestImage(awsClients(region).ssm, processor);
  writeFileSync(IMAGES_FILE, `${JSON.stringify(withImage(images, region, processor, image), null, 2)}\n`);
  console.log(`${region} ${processor} ${image}${image === pinned ? ', as before' : ''}`);
}

reportingErrors(main);
