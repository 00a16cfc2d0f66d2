/** One piece of work at a time: whoever comes while it runs is served by the next, all of them together. */
export class Together<T, R> {
  readonly #work: (items: readonly T[]) => Promise<R>;
  #waiting: { readonly item: T; readonly done: PromiseWithResolvers<R> }[] = [];
  #running: Promise<void> | undefined;

  constructor(work: (items: readonly T[]) => Promise<R>) {
    this.#work = work;
  }

  /** Settles with the piece of work that takes this item along. */
  join(item: T): Promise<R> {
    const done = Promise.withResolvers<R>();
    this.#waiting.push({ item, done });
    this.#running ??= this.#run();
    return done.promise;
  }

  /** Resolves when nobody waits. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const taken = this.#waiting.splice(0);
      try {
        const result = await this.#work(taken.map(({ item }) => item));
        for (const { done } of taken) done.resolve(result);
      } catch (error) {
        for (const { done } of taken) done.reject(error);
      }
    }
    this.#running = undefined;
  }
}
