import { sentences } from '#shared/errors.ts';
import { isBlank } from '#shared/domain/blank.ts';
import type { Offer } from '#shared/domain/consoles/views.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';

/** What the request form holds before it is asked, and what is wrong with it. Pure. */
export interface RequestDraft {
  level: Offer['level'];
  seconds: number;
  justification: string;
  ticket: string;
}

/** In characters as people count them. The record keeps them all; approvers see the first lines and open the rest. */
export const MAX_LENGTH = { justification: 10_000, ticket: 200 } as const;
/** What the server takes of one text, in UTF-16 units: characters beyond the first 65,536 count twice there. */
const MAX_UNITS = 12_000;

export type Faults = Partial<Record<'justification' | 'ticket', string>>;

/** The levels that are offered, each once. First what people come for: who asks at a shut console is to mend something. */
export const levelsOf = (offers: readonly Offer[]): Offer['level'][] =>
  (['change', 'view'] as const).filter((level) => offers.some((offer) => offer.level === level));

/** The durations of a level over all its offers, in seconds, ascending. */
export const durationsOf = (offers: readonly Offer[], level: Offer['level']): number[] =>
  [...new Set(offers.flatMap((offer) => (offer.level === level ? offer.durations : [])))].toSorted(
    (a, b) => a - b,
  );

/** The offer that covers a choice: it says who decides. */
export const offerOf = (
  offers: readonly Offer[],
  { level, seconds }: Pick<RequestDraft, 'level' | 'seconds'>,
): Offer | undefined => offers.find((offer) => offer.level === level && offer.durations.includes(seconds));

/** What is offered first, for the shortest time, with nothing written yet; undefined where nothing is offered. */
export function emptyDraft(offers: readonly Offer[]): RequestDraft | undefined {
  const level = levelsOf(offers)[0];
  const seconds = level && durationsOf(offers, level)[0];
  if (level === undefined || seconds === undefined) return undefined;
  return { level, seconds, justification: '', ticket: '' };
}

/** What was asked, to be asked again; words that were erased since are not there any more. */
export const draftOf = ({ level, seconds, justification, ticket }: RequestView): RequestDraft => ({
  level,
  seconds,
  justification: justification?.text ?? '',
  ticket: ticket?.text ?? '',
});

/** The draft at another level; the duration stays if that level offers it, else the MAX_LENGTH that is no longer. */
export function atLevel(draft: RequestDraft, offers: readonly Offer[], level: Offer['level']): RequestDraft {
  const durations = durationsOf(offers, level);
  const seconds = durations.findLast((one) => one <= draft.seconds) ?? durations[0] ?? draft.seconds;
  return { ...draft, level, seconds };
}

/** The draft kept to offers that changed while it was written; what was typed always stays. */
export function keptTo(draft: RequestDraft | undefined, offers: readonly Offer[]): RequestDraft | undefined {
  const fresh = emptyDraft(offers);
  if (!draft || !fresh) return fresh && { ...fresh, ...(draft && texts(draft)) };
  return atLevel(draft, offers, levelsOf(offers).includes(draft.level) ? draft.level : fresh.level);
}

const texts = ({ justification, ticket }: RequestDraft) => ({ justification, ticket });

/** What is wrong with a draft, a sentence a field. Nothing where it can be asked. */
export function faultsOf(draft: RequestDraft): Faults {
  const faults: Faults = {};
  if (isBlank(draft.justification)) faults.justification = sentences.justification_missing;
  else if (isLong(draft.justification, MAX_LENGTH.justification)) {
    faults.justification = `Shorten this to ${MAX_LENGTH.justification} characters and put the rest in the ticket.`;
  }
  if (isLong(draft.ticket, MAX_LENGTH.ticket)) {
    faults.ticket = `Enter a ticket number or link, up to ${MAX_LENGTH.ticket} characters.`;
  }
  return faults;
}

const isLong = (text: string, most: number): boolean =>
  text.length > MAX_UNITS || Array.from(text).length > most;
