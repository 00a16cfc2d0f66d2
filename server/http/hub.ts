import type { BrowserTopic, PageTopic, Topic } from '#shared/wire/stream.ts';
import type { Nudge } from '#shared/wire/common.ts';

declare module '../context.ts' {
  interface Services {
    hub: Hub;
  }
}

/** Who listens on a WebSocket: a person in the companion or a paired browser. */
export interface StreamListener {
  kind: 'person' | 'browser';
  person: string;
  /** For browsers, their id. */
  browser?: string;
  /** For people, the sign-in that the page is open under (`signInId`). */
  signIn?: string;
  send(nudge: Nudge): void;
  /** With `ended`, what it was open under is over, and the page need not come again. */
  close(how?: 'ended'): void;
}

/** Remembers when people were last there, ms. */
interface Memory {
  get(person: string): number | undefined;
  set(person: string, at: number): void;
}

/** Streams at once: pages of one person, workers of one browser (an old one may take a moment to be seen dead). */
const MAX_STREAMS = { person: 32, browser: 8 } as const;

/** What comes within this time after a nudge waits for the end of it, in ms, so that a flood wakes nobody more often. */
const GATHER_MS = 500;

/**
 * Open WebSockets, and who is there. A nudge says only which things changed; whoever receives it fetches them and is
 * authorized anew, so a nudge to the wrong listener gives nothing away but that something happened.
 */
export class Hub {
  #listeners = new Set<StreamListener>();
  #since = new Map<string, number>();
  /** What waits for people who were nudged just now. */
  #gathering = new Map<StreamListener, Set<string>>();
  readonly #now: () => number;
  readonly #lastSeen: Memory;

  constructor(now: () => number, lastSeen: Memory) {
    this.#now = now;
    this.#lastSeen = lastSeen;
  }

  /** Adds a listener; the returned function removes it. Undefined where this person or browser has as many as it may. */
  join(listener: StreamListener): (() => void) | undefined {
    const { kind, person, browser } = listener;
    let there = 0;
    for (const other of this.#listeners)
      if (other.kind === kind && (kind === 'person' ? other.person === person : other.browser === browser))
        there += 1;
    if (there >= MAX_STREAMS[kind]) return undefined;
    if (kind === 'person' && !this.online(person)) {
      this.#since.set(person, this.#now());
      // Told by hand, as below: who is there is no entry.
      queueMicrotask(() => this.tell(['people']));
    }
    this.#listeners.add(listener);
    return () => this.#leave(listener);
  }

  #leave(listener: StreamListener): void {
    this.#gathering.delete(listener);
    if (!this.#listeners.delete(listener) || listener.kind !== 'person') return;
    this.#lastSeen.set(listener.person, this.#now());
    if (this.online(listener.person)) return;
    this.#since.delete(listener.person);
    this.tell(['people']);
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

  /** Tells every page and each browser that it concerns what changed. */
  tell(topics: Iterable<Topic>): void {
    const changed = [...topics];
    const forPages = changed.filter(isForPages);
    for (const listener of this.#listeners)
      if (listener.kind === 'person') {
        if (forPages.length > 0) this.#tellPage(listener, forPages);
      } else {
        const forThis = browserTopics(changed, listener.browser ?? '');
        if (forThis.length > 0) listener.send({ topics: forThis });
      }
  }

  /** At once; what follows soon after is gathered and told together. */
  #tellPage(listener: StreamListener, topics: Iterable<string>): void {
    const gathered = this.#gathering.get(listener);
    if (gathered) {
      for (const topic of topics) gathered.add(topic);
      return;
    }
    this.#gathering.set(listener, new Set());
    listener.send({ topics: [...topics] });
    setTimeout(() => {
      const more = this.#gathering.get(listener);
      this.#gathering.delete(listener);
      if (more && more.size > 0) this.#tellPage(listener, more);
    }, GATHER_MS).unref();
  }

  /**
   * Closes the sockets of a person, a browser or a sign-in that lost its right (case 14). They are gone at once: a page
   * that does not answer the closing is not there any more.
   */
  drop(whose: { person?: string; browser?: string; signIn?: string }): void {
    for (const listener of this.#listeners) {
      const isMeant =
        listener.person === whose.person ||
        (whose.browser !== undefined && listener.browser === whose.browser) ||
        (whose.signIn !== undefined && listener.signIn === whose.signIn);
      if (!isMeant) continue;
      listener.close('ended');
      this.#leave(listener);
    }
  }

  /** Keeps sockets and workers awake: an MV3 worker lives on while a message comes every ten seconds. */
  beat(): void {
    for (const listener of this.#listeners) {
      listener.send({ topics: [] });
      // Should the server be killed, this is when they were last there.
      if (listener.kind === 'person') this.#lastSeen.set(listener.person, this.#now());
    }
  }

  closeAll(): void {
    for (const listener of this.#listeners) listener.close();
  }
}

const isForPages = (topic: Topic): topic is PageTopic =>
  topic !== 'consoles' && topic !== 'browsers' && !topic.startsWith('browser:');

function browserTopics(changed: readonly Topic[], browser: string): BrowserTopic[] {
  const topics: BrowserTopic[] = [];
  if (changed.includes('browsers') || changed.includes(`browser:${browser}`)) topics.push('state');
  if (changed.includes('consoles')) topics.push('consoles');
  return topics;
}
