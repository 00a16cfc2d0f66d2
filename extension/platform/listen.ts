interface BrowserEvent<L> {
  addListener(listener: L): void;
  removeListener(listener: L): void;
}

/** Listens to an event of the browser until the signal aborts. */
export function listen<L>(event: BrowserEvent<L>, listener: L, signal: AbortSignal | undefined): void {
  event.addListener(listener);
  signal?.addEventListener('abort', () => event.removeListener(listener), { once: true });
}
