import type { Nudge } from '#shared/wire/views.ts';

/** Who listens on a WebSocket: a person in the companion or a paired browser. */
export interface Listener {
  kind: 'person' | 'browser';
  person: string;
  /** For browsers, their id. */
  browser?: string;
  send(nudge: Nudge): void;
  close(): void;
}

/**
 * Open WebSockets, and who is there. A nudge says only which things changed; whoever receives it fetches them and is
 * authorized anew, so a nudge to the wrong listener gives nothing away but that something happened.
 */
export class Hub {
  #listeners = new Set<Listener>();
  #lastSeen = new Map<string, number>();
  #since = new Map<string, number>();
  #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Adds a listener; the returned function removes it. */
  join(listener: Listener): () => void {
    if (listener.kind === 'person' && !this.online(listener.person)) {
      this.#since.set(listener.person, this.#now());
      queueMicrotask(() => this.nudge(['people', 'presence']));
    }
    this.#listeners.add(listener);
    return () => {
      if (!this.#listeners.delete(listener)) return;
      if (listener.kind !== 'person') return;
      this.#lastSeen.set(listener.person, this.#now());
      if (!this.online(listener.person)) {
        this.#since.delete(listener.person);
        this.nudge(['people', 'presence']);
      }
    };
  }

  /** Whether a person has the companion open. */
  online(person: string): boolean {
    for (const listener of this.#listeners)
      if (listener.kind === 'person' && listener.person === person) return true;
    return false;
  }
  /** Since when a person has been there without a break, in ms. */
  since = (person: string): number | undefined => this.#since.get(person);
  /** When a person was last there, in ms. */
  lastSeen = (person: string): number | undefined => this.#lastSeen.get(person);

  /** Tells the companions (and with `browser` that one browser as well, under the topic `state`) what changed. */
  nudge(topics: string[], browser?: string): void {
    for (const listener of this.#listeners) {
      if (listener.kind === 'person') listener.send({ topics });
      else if (listener.browser === browser) listener.send({ topics: ['state'] });
    }
  }
  nudgeBrowsers(topics: string[]): void {
    for (const listener of this.#listeners) if (listener.kind === 'browser') listener.send({ topics });
  }

  /** Closes every socket of a person or browser that lost its right (case 14). */
  drop(whose: { person?: string; browser?: string }): void {
    for (const listener of this.#listeners)
      if (
        listener.person === whose.person ||
        (whose.browser !== undefined && listener.browser === whose.browser)
      )
        listener.close();
  }

  /** Keeps sockets and workers awake: an MV3 worker lives on while a message comes every ten seconds. */
  beat(): void {
    for (const listener of this.#listeners) listener.send({ topics: [] });
  }

  closeAll(): void {
    for (const listener of this.#listeners) listener.close();
  }
}
