import { RuntimeGone, ViewsClient } from './views-client';

const client = new ViewsClient('http://127.0.0.1:1/');
const failed = (code: string) => Object.assign(new TypeError('fetch failed'), { cause: { code } });

/** Answers with these in turn; an error is thrown. */
function given(...answers: (Error | object)[]) {
  return jest.spyOn(globalThis, 'fetch').mockImplementation(async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return new Response(JSON.stringify(answer));
  });
}

afterEach(() => jest.restoreAllMocks());

test('work that takes longer than fetch waits for an answer is waited for again', async () => {
  const asked = given(failed('UND_ERR_HEADERS_TIMEOUT'), failed('UND_ERR_HEADERS_TIMEOUT'), { batch: 1 });
  expect(await client.flush()).toEqual({ batch: 1 });
  expect(asked).toHaveBeenCalledTimes(3);
});

test('a rebuild is not begun anew', async () => {
  const asked = given(failed('UND_ERR_HEADERS_TIMEOUT'), {});
  await expect(client.rebuild()).rejects.toThrow(RuntimeGone);
  expect(asked).toHaveBeenCalledTimes(1);
});

test('a runtime that is gone is not asked again', async () => {
  const asked = given(failed('ECONNREFUSED'), {});
  await expect(client.flush()).rejects.toThrow('does not answer any more (ECONNREFUSED)');
  expect(asked).toHaveBeenCalledTimes(1);
});

test('the layers of a question are asked side by side, and the answers stand in the order of the questions', async () => {
  let open = 0;
  let mostOpen = 0;
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (url) => {
    const path = String(url).slice('http://127.0.0.1:1/'.length);
    if (path === 'views') return new Response(JSON.stringify([{ name: 'b' }, { name: 'a' }]));
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    // The first to be asked is the last to answer.
    for (let turns = 9 - open; turns > 0; turns--) await Promise.resolve();
    open -= 1;
    return new Response(JSON.stringify({ columns: [], rows: [[path]], stale: false }));
  });
  const answers = await client.answers();
  expect(mostOpen).toBe(3);
  expect(Object.entries(answers).map(([name, { rows }]) => [name, rows[0]![0]])).toEqual([
    ['batch.b', 'views/b?layer=batch'],
    ['speed.b', 'views/b?layer=speed'],
    ['serving.b', 'views/b?layer=serving'],
    ['batch.a', 'views/a?layer=batch'],
    ['speed.a', 'views/a?layer=speed'],
    ['serving.a', 'views/a?layer=serving'],
  ]);
});
