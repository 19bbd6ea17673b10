import { Gate } from './gate';

/** Work that says when it begins and ends; ends when told to. */
function given() {
  const gate = new Gate();
  const said: string[] = [];
  const ends = new Map<string, (failure?: Error) => void>();
  const work = (name: string) => () => {
    said.push(`${name} begins`);
    return new Promise<string>((resolve, reject) => {
      ends.set(name, (failure) => {
        said.push(`${name} ends`);
        if (failure) reject(failure);
        else resolve(name);
      });
    });
  };
  const end = async (name: string, failure?: Error) => {
    ends.get(name)!(failure);
    await new Promise(setImmediate);
  };
  return { gate, said, work, end };
}

test('who works beside others does not wait; who works alone waits for them and keeps the later ones waiting', async () => {
  const { gate, said, work, end } = given();
  const a = gate.beside(work('a'));
  void gate.beside(work('b'));
  void gate.alone(work('c'));
  void gate.alone(work('d'));
  void gate.beside(work('e'));
  await new Promise(setImmediate);
  for (const name of ['b', 'a', 'c', 'd', 'e']) await end(name);
  expect(said).toEqual([
    'a begins',
    'b begins',
    'b ends',
    'a ends',
    'c begins',
    'c ends',
    'd begins',
    'd ends',
    'e begins',
    'e ends',
  ]);
  expect(await a).toBe('a');
});

test('work that fails rejects for who asked, and lets the next in', async () => {
  const { gate, said, work, end } = given();
  const a = gate.beside(work('a'));
  const b = gate.alone(work('b'));
  const c = gate.beside(work('c'));
  a.catch(() => {});
  b.catch(() => {});
  await new Promise(setImmediate);
  await end('a', new Error('a failed'));
  await end('b', new Error('b failed'));
  await end('c');
  await expect(a).rejects.toThrow('a failed');
  await expect(b).rejects.toThrow('b failed');
  expect(await c).toBe('c');
  expect(said).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});
