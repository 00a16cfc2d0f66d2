import { effect, signal } from '@preact/signals';
import { visibleString } from '#shared/ui/index.ts';
import { sayDuration } from '#shared/policy/duration.ts';
import { wire } from '#shared/wire/index.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { api, sentenceOf } from './api.ts';
import { notify } from './notifications.ts';
import { everything, listen } from './stream.ts';

export type Inbox = AnswerOf<typeof wire.inbox>;

/** What waits for the person signed in; every page shows its count, so it is kept for all of them. */
export const inbox = signal<{ data?: Inbox; problem?: string }>({});
/** The page's own name, for the tab. */
export const pageName = signal('');

/** "(2) Countersign", "Live · Countersign". */
export const tabTitle = (waiting: number, page: string): string =>
  `${waiting > 0 ? `(${waiting}) ` : ''}${page === '' ? '' : `${page} · `}Countersign`;

/** Requests that have come since the last look. The first look (`before` undefined) brings none: they were there. */
export function arrivals(before: Inbox | undefined, now: Inbox): RequestView[] {
  if (before === undefined) return [];
  const known = new Set(before.toDecide.map((request) => request.id));
  return now.toDecide.filter((request) => !known.has(request.id));
}

/** One request in a sentence, for a notification: names only, nothing hidden in them, and no justification. */
export const inOneSentence = ({ person, level, console, seconds }: RequestView): string =>
  `${visibleString(person.handle, 60)} requests ${level} access to ${visibleString(console.name, 60)} for ${sayDuration(seconds)}.`;

let fetching = false;
let again = false;

async function refresh(): Promise<void> {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    const data = await api(wire.inbox, {});
    const arrived = arrivals(inbox.value.data, data);
    inbox.value = { data };
    for (const request of arrived)
      void notify('A request needs you', {
        body: inOneSentence(request),
        tag: request.id,
        path: `/requests/${request.id}`,
      });
  } catch (error) {
    inbox.value = { ...inbox.value, problem: sentenceOf(error) };
  } finally {
    fetching = false;
  }
  if (again) {
    again = false;
    await refresh();
  }
}

/** Keeps the inbox and the tab's title fresh until the returned function is called. */
export function watchInbox(): () => void {
  inbox.value = {};
  void refresh();
  const stop = listen((topics) => {
    if (topics.some((topic) => topic === everything || topic === 'inbox')) void refresh();
  });
  return stop;
}
export const refreshInbox = (): void => void refresh();

/** Writes the tab's title as the count and the page change. */
export const keepTitle = (): (() => void) =>
  effect(() => {
    document.title = tabTitle(inbox.value.data?.toDecide.length ?? 0, pageName.value);
  });
