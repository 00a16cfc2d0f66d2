import type { EndedHow } from '#shared/domain/grants/entries.ts';
import type { LapsedHow } from '#shared/domain/requests/entries.ts';

/** Whose requests and grants an entry takes away whatever policy says, how, and by whom. */
export interface Taken {
  how?: Extract<LapsedHow & EndedHow, string>;
  by?: string;
  takes: (row: { person: string; browser: string }) => boolean;
}

/** Taken by the rules alone: roles or policy changed. */
export const byRules = (by?: string): Taken => ({ ...(by === undefined ? {} : { by }), takes: () => false });
