import type { HopId } from '@pipeline/local/serving/contract';

export interface Box {
  readonly hop: HopId;
  readonly x: number;
  readonly y: number;
}

export interface Arrow {
  readonly to: HopId;
  readonly path: string;
  /** Where the number of records on the way stands. */
  readonly label: { readonly x: number; readonly y: number; readonly anchor: 'middle' | 'start' | 'end' };
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly box: { readonly width: number; readonly height: number };
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

const WIDE = 900;
const HEIGHT = 104;

/** Places of the picture's boxes for a width in px: two ways beside each other, one below the other where that is narrow. */
export function layoutOf(width: number): Layout {
  return width >= WIDE ? wide(width) : narrow(width);
}

/** From left to right: the batch way above, the speed way below. */
function wide(width: number): Layout {
  const gap = 56;
  const box = { width: (width - 4 * gap - 2) / 5, height: HEIGHT };
  const column = (at: number) => 1 + at * (box.width + gap);
  const [top, middle, bottom] = [1, 79, 157];
  const places: Record<HopId, readonly [number, number]> = {
    api: [column(0), middle],
    topic: [column(1), top],
    file: [column(2), top],
    batch: [column(3), top],
    stream: [column(1), bottom],
    speed: [column(3), bottom],
    serving: [column(4), middle],
  };
  const arrow = (from: HopId, to: HopId): Arrow => {
    const [x1, y1] = [places[from][0] + box.width, places[from][1] + box.height / 2];
    const [x2, y2] = [places[to][0], places[to][1] + box.height / 2];
    const turn = x2 - gap / 2;
    const path = y1 === y2 ? `M${x1} ${y1}H${x2}` : `M${x1} ${y1}C${turn} ${y1} ${x1 + gap / 2} ${y2} ${x2} ${y2}`;
    return { to, path, label: { x: (x1 + x2) / 2, y: (y1 + y2) / 2 - 8, anchor: 'middle' } };
  };
  return {
    width,
    height: bottom + HEIGHT + 1,
    box,
    boxes: boxesOf(places),
    arrows: [
      arrow('api', 'topic'),
      arrow('topic', 'file'),
      arrow('file', 'batch'),
      arrow('batch', 'serving'),
      arrow('api', 'stream'),
      arrow('stream', 'speed'),
      arrow('speed', 'serving'),
    ],
  };
}

/** From top to bottom: the batch way on the left, the speed way on the right. */
function narrow(width: number): Layout {
  const between = 12;
  const gap = 36;
  const box = { width: (width - between - 2) / 2, height: HEIGHT };
  const row = (at: number) => 1 + at * (HEIGHT + gap);
  const [left, center, right] = [1, 1 + (box.width + between) / 2, 1 + box.width + between];
  const places: Record<HopId, readonly [number, number]> = {
    api: [center, row(0)],
    topic: [left, row(1)],
    file: [left, row(2)],
    batch: [left, row(3)],
    stream: [right, row(1)],
    speed: [right, row(3)],
    serving: [center, row(4)],
  };
  const arrow = (from: HopId, to: HopId): Arrow => {
    const [x1, y1] = [places[from][0] + box.width / 2, places[from][1] + HEIGHT];
    const [x2, y2] = [places[to][0] + box.width / 2, places[to][1]];
    const path = x1 === x2 ? `M${x1} ${y1}V${y2}` : `M${x1} ${y1}C${x1} ${y2} ${x2} ${y1} ${x2} ${y2}`;
    return { to, path, label: { x: (x1 + x2) / 2 + 8, y: (y1 + y2) / 2 + 4, anchor: 'start' } };
  };
  return {
    width,
    height: row(4) + HEIGHT + 1,
    box,
    boxes: boxesOf(places),
    arrows: [
      arrow('api', 'topic'),
      arrow('topic', 'file'),
      arrow('file', 'batch'),
      arrow('batch', 'serving'),
      arrow('api', 'stream'),
      arrow('stream', 'speed'),
      arrow('speed', 'serving'),
    ],
  };
}

const boxesOf = (places: Readonly<Record<HopId, readonly [number, number]>>): Box[] =>
  (Object.entries(places) as [HopId, readonly [number, number]][]).map(([hop, [x, y]]) => ({ hop, x, y }));
