import { describe, expect, it } from 'vitest';
import { sentences } from '#shared/errors.ts';
import type { Offer } from '#shared/domain/consoles/views.ts';
import {
  atLevel,
  durationsOf,
  emptyDraft,
  faultsOf,
  keptTo,
  levelsOf,
  offerOf,
  type RequestDraft,
} from './draft.ts';

const offers: Offer[] = [
  { level: 'change', durations: [900, 3600], decides: ['group:leads'], eligibility: 'a' },
  { level: 'view', durations: [1800, 14_400], decides: 'nobody', eligibility: 'b' },
  { level: 'change', durations: [1800, 3600], decides: ['ana'], eligibility: 'c' },
];
const draft: RequestDraft = { level: 'change', seconds: 3600, justification: 'Because', ticket: 'INC-1' };

describe('what the form offers', () => {
  it('is each level once, to change first, with the durations of all its offers', () => {
    expect(levelsOf(offers)).toEqual(['change', 'view']);
    expect(durationsOf(offers, 'change')).toEqual([900, 1800, 3600]);
    expect(offerOf(offers, { level: 'change', seconds: 1800 })?.eligibility).toBe('c');
  });

  it('begins with changing, for the shortest time, and is nothing where nothing is offered', () => {
    expect(emptyDraft(offers)).toEqual({ level: 'change', seconds: 900, justification: '', ticket: '' });
    expect(emptyDraft([])).toBeUndefined();
  });

  it('keeps the duration at another level, or takes one that is no longer', () => {
    expect(atLevel({ ...draft, seconds: 1800 }, offers, 'view').seconds).toBe(1800);
    expect(atLevel(draft, offers, 'view').seconds).toBe(1800);
    expect(atLevel({ ...draft, level: 'view', seconds: 14_400 }, offers, 'change').seconds).toBe(3600);
    expect(atLevel({ ...draft, seconds: 900 }, offers, 'view').seconds).toBe(1800);
  });

  it('keeps what was typed when policy changes meanwhile', () => {
    const left = offers.filter((offer) => offer.level === 'view');
    expect(keptTo(draft, left)).toEqual({ ...draft, level: 'view', seconds: 1800 });
  });
});

describe('what is wrong with a draft', () => {
  it('is nothing when it says why', () => {
    expect(faultsOf(draft)).toEqual({});
    expect(faultsOf({ ...draft, justification: '再起動', ticket: '' })).toEqual({});
  });

  it.each([
    '',
    ' ',
    '\n\t ',
    '\u200b\u200d',
    '\u00a0\u3000',
    '\u2800',
    '\u202e\u2066',
    '\u3164',
    '\uffa0',
    '\u115f\u1160',
  ])('is an empty justification for %j (case 71)', (justification) => {
    expect(faultsOf({ ...draft, justification })).toEqual({
      justification: sentences.justification_missing,
    });
  });

  it('is what is too long, counted as people count', () => {
    expect(faultsOf({ ...draft, justification: `a${'🔑'.repeat(5999)}` })).toEqual({});
    expect(faultsOf({ ...draft, justification: `a${'🔑'.repeat(6000)}` }).justification).toContain('Shorten');
    expect(faultsOf({ ...draft, justification: 'a'.repeat(10_001) }).justification).toContain('10000');
    expect(faultsOf({ ...draft, ticket: 'a'.repeat(201) }).ticket).toContain('200');
  });
});
