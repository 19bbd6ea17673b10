/*
 * The emulator as a library: sends 20 posts of one's own to a running pipeline, into both layers. With `npm start` in another terminal:
 *
 *   node --import tsx emulator/samples/replay.ts
 *
 * An argument names another folder of outputs files: `… replay.ts my-outputs`.
 */
import { readOutputs, reconciles, renderReport, replay } from '@pipeline/emulator';

const [folder = 'outputs'] = process.argv.slice(2);

/** Any iterable of posts will do. This one makes posts with a geo row alone. */
function* posts() {
  for (let key = 0; key < 20; key += 1) {
    const value = { ind: key, timestamp: '2020-08-28T03:52:47Z', latitude: 48.2, longitude: 16.4, country: 'Austria' };
    yield { key, records: [{ dataset: 'geo' as const, key: String(key), value }] };
  }
}

async function main(): Promise<void> {
  const report = await replay({
    source: posts(),
    target: readOutputs('local', folder),
    layers: ['batch', 'speed'],
    datasets: ['geo'],
  });
  console.log(renderReport(report));
  if (!reconciles(report.layers)) process.exitCode = 1;
}

void main();
