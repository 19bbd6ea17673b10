import { type Problem, Reply } from '../serving';
import { Underway } from './underway';

const JOB = { name: 'a', what: 'the answer' };

/** Work that ends when the test says so. */
function slow() {
  let times = 0;
  let end: (result: string) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const work = () => {
    times += 1;
    return new Promise<string>((resolve, reject) => {
      end = resolve;
      fail = reject;
    });
  };
  return { work, end: (result: string) => end(result), fail: (error: Error) => fail(error), times: () => times };
}

const bodyOf = (answer: unknown) => {
  const { status, body } = answer as Reply;
  return [status, JSON.parse(String(body))];
};

test('whoever does not wait is told since when it goes on; it is done once, and whoever waits gets it', async () => {
  const underway = new Underway();
  const { work, end, times } = slow();
  const before = Date.now();
  const waiting = underway.within(undefined, JOB, work);
  const answer = await underway.within('5', JOB, work);
  expect(answer).toBeInstanceOf(Reply);
  const [status, body] = bodyOf(answer);
  expect([status, body.computing]).toEqual([202, 'the answer']);
  expect(body.sinceMs).toBeGreaterThanOrEqual(before);
  const patient = underway.within('60000', JOB, work);
  end('42');
  expect(await Promise.all([waiting, patient])).toEqual(['42', '42']);
  expect(times()).toBe(1);
});

test('the next one begins anew, unless the result is to be kept', async () => {
  const underway = new Underway();
  let times = 0;
  const work = async () => ++times;
  expect(await underway.within(undefined, JOB, work)).toBe(1);
  expect(await underway.within(undefined, JOB, work)).toBe(2);
  const kept = { ...JOB, name: 'b', isKept: true };
  expect(await underway.within(undefined, kept, work)).toBe(3);
  expect(await underway.within(undefined, kept, work)).toBe(3);
});

test('what fails is told to all who wait, and tried again by the next', async () => {
  const underway = new Underway();
  const { work, fail, times } = slow();
  const all = [underway.within(undefined, JOB, work), underway.within('60000', JOB, work)];
  fail(new Error('no column'));
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const again = underway.within('0', JOB, work);
  expect(bodyOf(await again)[0]).toBe(202);
  expect(times()).toBe(2);
});

test.each(['soon', '-1', '60001'])('within %s is refused', async (within) => {
  const refused = new Underway().within(within, JOB, async () => 1);
  await expect(refused).rejects.toMatchObject<Partial<Problem>>({
    status: 400,
    message: `within must be a whole number from 0 to 60000, got '${within}'`,
  });
});
