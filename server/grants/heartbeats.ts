/** When each browser was last heard, and what it said it has shut. In memory: a lease outlives no restart anyway. */
export class Heartbeats {
  readonly #seen = new Map<string, number>();
  readonly #shut = new Set<string>();
  readonly #outdated = new Set<string>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  heard(browser: string, shut: readonly string[] = []): void {
    this.#seen.set(browser, this.#now());
    for (const grant of shut) this.#shut.add(grant);
    this.#outdated.delete(browser);
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
