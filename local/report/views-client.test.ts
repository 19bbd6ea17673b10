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
