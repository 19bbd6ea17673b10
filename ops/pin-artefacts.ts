import '@pipeline/cli/node-version';
import { readFileSync, writeFileSync } from 'node:fs';
import { runCommand, say } from '@pipeline/cli/command';
import { type CommandLine, parseOptions } from '@pipeline/cli/options';
import { LOCK_FILE, loadArtefacts } from '../config/artefacts';
import { loadEnvironment } from '../config/load';
import { IMAGES_FILE, loadMachineImages, processorOf } from '../config/machine-images';
import { digestOf } from './download-digest';
import { latestImage, withImage } from './pin-image';
import { awsClients } from './preflight/aws-clients';

const LINE: CommandLine = {
  name: 'npm run pin-artefacts --',
  description:
    "Downloads each file of artefacts.lock.json that has no SHA-256 yet, and writes the one it has. Compare it with what the maker publishes before you commit it. With --env it also writes the machines' image of that environment's region to machine-images.lock.json, which takes AWS credentials.",
  options: [
    { flag: '--env <name>', help: "environment whose machines' image is pinned: a file in config/" },
    {
      flag: '--renew',
      help: 'pin the latest image instead of the one that is pinned; the next deployment replaces the machines',
      default: false,
    },
  ],
};

async function main(): Promise<number> {
  const options = parseOptions<{ env?: string; renew: boolean }>(LINE, process.argv.slice(2));
  if (!options) return 0;
  const environment = options.env === undefined ? undefined : loadEnvironment(options.env);
  await pinFiles();
  if (environment) await pinImage(environment, options.renew);
  return 0;
}

async function pinFiles(): Promise<void> {
  const open = Object.entries(loadArtefacts()).filter(([, { sha256 }]) => sha256 === null);
  for (const [name, { url }] of open) {
    say(`${name}: downloading ${url}`);
    const sha256 = await digestOf(url);
    // Read anew each time, so that a later failure loses none of the digests before it.
    const lock = JSON.parse(readFileSync(LOCK_FILE, 'utf8'));
    lock[name].sha256 = sha256;
    writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
    console.log(`${name} ${sha256}`);
  }
  if (open.length === 0) say('every file is pinned already');
}

async function pinImage({ region, kafkaClient }: ReturnType<typeof loadEnvironment>, renew: boolean): Promise<void> {
  const processor = processorOf(kafkaClient.instanceType);
  const images = loadMachineImages();
  const pinned = images[region]?.[processor];
  if (pinned !== undefined && !renew) {
    say(`${region} ${processor}: ${pinned} is pinned already; --renew takes the latest`);
    return;
  }
  const image = await latestImage(awsClients(region).ssm, processor);
  writeFileSync(IMAGES_FILE, `${JSON.stringify(withImage(images, region, processor, image), null, 2)}\n`);
  console.log(`${region} ${processor} ${image}${image === pinned ? ', as before' : ''}`);
}

runCommand(main);
