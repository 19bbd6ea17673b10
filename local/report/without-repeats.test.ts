import { withoutRepeats } from './without-repeats';

test('a line is said again only after a minute, and others meanwhile', () => {
  let nowMs = 0;
  const said: string[] = [];
  const say = withoutRepeats(
    (line) => said.push(`${nowMs} ${line}`),
    () => nowMs,
  );
  for (nowMs = 0; nowMs <= 60_000; nowMs += 10_000) {
    say('the disk is full');
    if (nowMs === 20_000) say('the clock is wrong');
  }
  expect(said).toEqual(['0 the disk is full', '20000 the clock is wrong', '60000 the disk is full']);
});
