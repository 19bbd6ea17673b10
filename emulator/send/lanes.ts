import { type Item, Lane, type LaneBooks, type LaneSettings } from './lane';
import type { Route } from './route';
import type { Sender } from './sender';

/** What the lanes tell the replay that they belong to. */
interface LanesOwner {
  readonly books: LaneBooks;
  /** Ends the replay: the target cannot be used at all. */
  fail(reason: string): void;
  /** Called when a lane has nothing under way any more. */
  idle(): void;
}

/** The lanes of all routes: as many for each as requests may be under way at once. */
export class Lanes {
  private readonly byRoute: Lane[][] = [];
  private readonly all: readonly Lane[];

  constructor(
    routes: readonly Route[],
    private readonly perRoute: number,
    settings: LaneSettings,
    connect: (route: Route) => Pick<Sender, 'send'>,
    owner: LanesOwner,
  ) {
    for (const route of routes) {
      this.byRoute[route.index] = Array.from(
        { length: perRoute },
        () => new Lane(route, connect(route), settings, owner.books, owner),
      );
    }
    this.all = this.byRoute.flat();
  }

  get areIdle(): boolean {
    return this.all.every((lane) => lane.isIdle);
  }

  /** All records of a key take the same lane of a route, in the order in which they are pushed. */
  push(route: Route, item: Item): void {
    this.byRoute[route.index]![laneOf(item.key, this.perRoute)]!.push(item);
  }

  /** Sends what waits on every idle lane, a full batch or not. */
  flush(): void {
    for (const lane of this.all) lane.flush();
  }

  /** From now on a lane sends what it has rather than wait for a full batch. */
  stopFillingBatches(): void {
    for (const lane of this.all) lane.stopFillingBatches();
  }
}

function laneOf(key: string, lanes: number): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) >>> 0;
  return hash % lanes;
}
