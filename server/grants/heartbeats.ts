import type { LastSeen } from '../people/services.ts';

declare module '../context.ts' {
  interface Services {
    heartbeats: Heartbeats;
  }
}

/** When each browser was last heard; and in memory, because a lease outlives no restart anyway, what it has shut. */
export class Heartbeats {
  readonly #seen: Pick<LastSeen, 'get' | 'set'>;
  readonly #shut = new Set<string>();
  readonly #outdated = new Set<string>();
  readonly #ungated = new Map<string, readonly string[]>();
  readonly #now: () => number;

  constructor(now: () => number, lastSeen: Pick<LastSeen, 'get' | 'set'>) {
    this.#now = now;
    this.#seen = lastSeen;
  }

  heard(browser: string, shut: readonly string[] = []): void {
    this.#seen.set(browser, this.#now());
    for (const grant of shut) this.#shut.add(grant);
    this.#outdated.delete(browser);
  }
  /** Takes the ids of consoles that it cannot gate; says whether that is news. */
  gates(browser: string, ungated: readonly string[]): boolean {
    const news = this.#ungated.get(browser)?.join() !== ungated.join();
    this.#ungated.set(browser, ungated);
    return news;
  }
  ungated(browser: string): readonly string[] | undefined {
    return this.#ungated.get(browser);
  }
  /** Its extension speaks a protocol that is too old, so all it calls for is refused. */
  outdated(browser: string): void {
    this.#outdated.add(browser);
  }
  isOutdated(browser: string): boolean {
    return this.#outdated.has(browser);
  }
  lastSeen(browser: string): number | undefined {
    return this.#seen.get(browser);
  }
  /** Whether the browser has said that the console of this ended grant is shut. */
  hasShut(grant: string): boolean {
    return this.#shut.has(grant);
  }
}
