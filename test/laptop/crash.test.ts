import { Asker } from './ask';
import { Laptop, pause, until } from './laptop';
import { Load } from './load';
import { expectNothingLost } from './nothing-lost';
import { Random } from './random';
import { SinkFiles } from './sink-files';
import { StoredRecords } from './stored';

jest.setTimeout(15 * 60_000);

/** How often it is killed: while writers write; also while it is brought to the end; also while files go into the tables; while it starts. */
const KILLS = { writing: 7, flushing: 5, ingesting: 5, starting: 4 } as const;
type During = keyof typeof KILLS;

test('killed at 21 moments under load, it has every acknowledged record once: in the log, the files, the tables and the views', async () => {
  const random = new Random(20);
  const laptop = new Laptop();
  const load = new Load(random);
  const known = { stored: new StoredRecords(), files: new SinkFiles(laptop.bucket), found: 0 };
  const cutShort = { writing: 0, flushing: 0, ingesting: 0, starting: 0 };
  const kills = random.shuffled(
    Object.entries(KILLS).flatMap(([during, times]) => Array<During>(times).fill(during as During)),
  );
  try {
    for (const during of kills) {
      if (during === 'starting') {
        if (await laptop.killWhileStarting(random.below(600))) cutShort.starting += 1;
        continue;
      }
      await laptop.start();
      await expectNothingLost(laptop, load, known);
      if (await killUnderLoad(laptop, load, during, random)) cutShort[during] += 1;
    }
    await laptop.start();
    await expectNothingLost(laptop, load, { ...known, stored: new StoredRecords(), found: 0 });
  } finally {
    load.expectTheEnd();
    await laptop.remove();
  }
  expect(load.acknowledged.length).toBeGreaterThan(10_000);
  for (const times of Object.values(cutShort)) expect(times).toBeGreaterThan(0);
});

/** @returns whether something was under way that the kill cut short. */
async function killUnderLoad(
  laptop: Laptop,
  load: Load,
  during: Exclude<During, 'starting'>,
  random: Random,
): Promise<boolean> {
  const asker = new Asker();
  const files = new SinkFiles(laptop.bucket);
  const filesBefore = files.count();
  const enough = load.answers + random.between(20, 150);
  load.start(laptop.outputs);
  await until(`${enough} requests are answered`, () => load.answers >= enough);

  const flush: { state: 'not asked for' | 'under way' | 'done' | 'cut short' } = { state: 'not asked for' };
  let flushed: Promise<void> = Promise.resolve();
  if (during !== 'writing') {
    flush.state = 'under way';
    flushed = asker.json({ method: 'POST', url: `${laptop.server.viewsUrl}flush` }).then(
      () => {
        flush.state = 'done';
      },
      () => {
        flush.state = 'cut short';
      },
    );
  }
  if (during === 'ingesting') {
    await until('the sink has closed files', () => flush.state !== 'under way' || files.count() > filesBefore);
  }
  await pause(random.below(during === 'writing' ? 20 : 100));
  load.expectTheEnd();
  await laptop.kill();
  await flushed;
  await load.stop();
  asker.close();
  return during === 'writing' || flush.state === 'cut short';
}
