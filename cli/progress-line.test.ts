import { bar, ProgressLine, percent } from './progress-line';

function terminal(columns: number, isTTY = true) {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  return { written, stream: { isTTY, columns, write } as unknown as NodeJS.WriteStream };
}

test('a line redraws itself, and is wiped once', () => {
  const { written, stream } = terminal(80);
  const line = new ProgressLine(stream, { LANG: 'en_GB.UTF-8' });
  line.draw('half', '3 s left');
  line.clear();
  line.clear();
  expect(written).toEqual(['\r\x1b[Khalf · 3 s left', '\r\x1b[K']);
});

test('what a narrow terminal has no room for is left out from the end', () => {
  const { written, stream } = terminal(20);
  new ProgressLine(stream, { LANG: 'en_GB.UTF-8' }).draw('12 posts', '0:15 left', 'p50 4 ms');
  expect(written).toEqual(['\r\x1b[K12 posts']);
});

test('what is no terminal sees nothing', () => {
  const { written, stream } = terminal(80, false);
  const line = new ProgressLine(stream, { LANG: 'en_GB.UTF-8' });
  line.draw('half');
  line.clear();
  expect(written).toEqual([]);
});

test('a dumb terminal gets no control sequence, and a locale without UTF-8 no character beyond ASCII', () => {
  const { written, stream } = terminal(12);
  const line = new ProgressLine(stream, { TERM: 'dumb', LC_ALL: 'C', LANG: 'en_GB.UTF-8' });
  line.draw('█░', '3 s');
  line.clear();
  expect(written).toEqual(['\r           \r#- | 3 s', '\r           \r']);
});

test('without a word about the locale the terminal takes UTF-8', () => {
  const { written, stream } = terminal(12);
  new ProgressLine(stream, { TERM: 'xterm' }).draw('█░');
  expect(written).toEqual(['\r\x1b[K█░']);
});

test('a bar is as long as what is done', () => {
  expect(bar(1, 4)).toBe('██████░░░░░░░░░░░░░░░░░░');
  expect(bar(9, 4)).toBe('█'.repeat(24));
  expect(percent(1, 3)).toBe('33 %');
  expect(percent(0, 0)).toBe('100 %');
});
