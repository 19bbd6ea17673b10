/** One block of commands of a page, and what it should print. */
export interface Block {
  /** Line of the page, from 1. */
  readonly line: number;
  readonly commands: string;
  /** Whether it runs in a terminal of its own, and goes on. */
  readonly isTerminal: boolean;
  /** What is shown below it; undefined where nothing is. */
  readonly shown: string | undefined;
}

/** The blocks of a Markdown page: each fence `sh`, with the fence without a language that follows it. */
export function blocksOf(markdown: string): readonly Block[] {
  const fences = [...markdown.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(({ 1: info, 2: text, index }) => ({
    info: info!,
    text: text!,
    line: markdown.slice(0, index).split('\n').length,
  }));
  return fences.flatMap(({ info, text, line }, at) => {
    if (!/^sh( terminal)?$/.test(info)) return [];
    const next = fences[at + 1];
    return [
      { line, commands: text, isTerminal: info.endsWith('terminal'), shown: next?.info === '' ? next.text : undefined },
    ];
  });
}

/**
 * Where what was printed is not what is shown: the first line of the page that has no counterpart. `…` in a line stands for any text, a
 * line that is `…` alone for any lines. Undefined when they agree.
 */
export function differenceOf(shown: string, printed: string): string | undefined {
  const wanted = linesOf(shown);
  const got = linesOf(printed);
  let at = 0;
  let isOpen = false;
  for (const line of wanted) {
    if (line.trim() === '…') {
      isOpen = true;
      continue;
    }
    const matches = (each: string | undefined) => each !== undefined && patternOf(line).test(each);
    const found = isOpen ? got.findIndex((each, place) => place >= at && matches(each)) : matches(got[at]) ? at : -1;
    if (found < 0)
      return `the page shows ${JSON.stringify(line)}, and ${JSON.stringify(got[at] ?? 'nothing more')} was printed`;
    at = found + 1;
    isOpen = false;
  }
  return isOpen || at === got.length
    ? undefined
    : `${JSON.stringify(got[at])} was printed, too, which the page does not show`;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

function patternOf(line: string): RegExp {
  return new RegExp(
    `^${line
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
}
