import type { Change, Live, Snapshot, Tick } from '../../serving/contract';
import { EventStream, eventText } from './event-stream';

/** Between two changes: at most four a second. */
const CHANGE_MS = 250;
const HEARTBEAT_MS = 2000;

/** What pages follow, made once for all of them, and not at all while nobody reads. */
export class EventHub {
  private readonly snapshot: () => Snapshot;
  private readonly streams = new Set<EventStream>();
  private sent = new Map<keyof Live, string>();
  private ticks: Tick[] = [];
  private lastMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private heartbeat: NodeJS.Timeout | undefined;

  /** @param isHeld whether a number is about to come, which says `changed` again when it is there, that the next event should have */
  constructor(
    snapshot: () => Snapshot,
    private readonly isHeld: () => boolean = () => false,
  ) {
    this.snapshot = snapshot;
  }

  get readers(): number {
    return this.streams.size;
  }

  /** A stream that begins with a snapshot. */
  open(): EventStream {
    if (this.streams.size === 0) {
      this.sent = new Map();
      this.ticks = [];
      this.heartbeat = setInterval(() => this.tell(eventText('heartbeat', { nowMs: Date.now() })), HEARTBEAT_MS);
    }
    const reader = new EventStream(() => eventText('snapshot', this.snapshot()));
    this.streams.add(reader);
    reader.once('close', () => {
      this.streams.delete(reader);
      if (this.streams.size === 0) this.rest();
    });
    return reader;
  }

  /** Something that pages show has changed. */
  changed(ticks: readonly Tick[] = []): void {
    if (this.streams.size === 0) return;
    this.ticks.push(...ticks);
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        if (this.isHeld()) return;
        this.lastMs = Date.now();
        this.send();
      },
      Math.max(0, this.lastMs + CHANGE_MS - Date.now()),
    );
  }

  /** Says good-bye to all readers. */
  stop(): void {
    const bye = eventText('bye', { nowMs: Date.now() });
    for (const reader of this.streams) reader.finish(bye);
    this.rest();
  }

  private send(): void {
    const { nowMs, live } = this.snapshot();
    const changed: Partial<Record<keyof Live, unknown>> = {};
    for (const name of Object.keys(live) as (keyof Live)[]) {
      const text = JSON.stringify(live[name]);
      if (this.sent.get(name) === text) continue;
      this.sent.set(name, text);
      changed[name] = live[name];
    }
    const ticks = this.ticks.splice(0);
    if (Object.keys(changed).length === 0 && ticks.length === 0) return;
    const change: Change = { nowMs, changed: changed as Partial<Live>, ...(ticks.length > 0 && { ticks }) };
    this.tell(eventText('change', change));
  }

  private tell(text: string): void {
    for (const reader of this.streams) reader.offer(text);
  }

  private rest(): void {
    clearInterval(this.heartbeat);
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
