import { type Authority, byOf } from '#shared/domain/people/entries.ts';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { getCookie } from 'hono/cookie';
import type { Context } from 'hono';
import { toBase64url } from '#shared/bytes.ts';
import type { Entry, EntryType, Rows } from '#shared/domain/entries.ts';
import { Refusal } from '#shared/errors.ts';
import { partsOf } from '#shared/domain/succession/rules.ts';
import { wire } from '#shared/wire/index.ts';
import type { SuccessionAnswer } from '#shared/domain/succession/views.ts';
import type { Services } from '../context.ts';
import { cookieName, knownBrowserOf, personOf, refuseCrossSite, serve } from '../http/index.ts';
import type { Log, LogEntry } from '../log/index.ts';

/** What says who somebody is and what they may: entries that a succession rests on, where they are about its people. */
const ofPeople: readonly EntryType[] = [
  'genesis',
  'person.invited',
  'key.enrolled',
  'key.removed',
  'person.roles-changed',
  'person.disabled',
  'person.reset',
];
const ofKeys: readonly EntryType[] = ['log.recovered', 'log.key-rotated', 'act.proposed'];

/** Proposals of rotations count, those of anything else do not. */
const isOfKeys = ({ entry }: LogEntry): boolean =>
  entry.type !== 'act.proposed' || entry.body.what.type === 'rotation';

/** More of one kind than any team has. */
const MAX_ENTRIES_OF_TYPE = 100_000;

const allOf = (log: Log, types: readonly EntryType[]): LogEntry[] =>
  types
    .flatMap((type) => log.find(`type:${type}`, log.size, MAX_ENTRIES_OF_TYPE))
    .map((index) => ({ index, entry: log.entry(index) }))
    .sort((a, b) => a.index - b.index);

/** Who touched it or is said to have done it, and whom it is about. */
function peopleOf(entry: Entry): string[] {
  if (entry.type === 'genesis') return [entry.body.administrator.person];
  if (entry.type === 'log.recovered') return entry.body.touches.map(({ by }) => by);
  const { by, person, authority } = entry.body as { by?: string; person?: string; authority?: Authority };
  return [by, authority && byOf(authority), person].filter((id) => id !== undefined);
}

/** Entries of keys and these, and of the people behind them: those who touched, those who invited them, and so on. */
function entriesOf(log: Log, and: readonly LogEntry[]): LogEntry[] {
  const keys = [...allOf(log, ofKeys).filter(isOfKeys), ...and];
  const people = new Set(keys.flatMap(({ entry }) => peopleOf(entry)));
  const all = allOf(log, ofPeople);
  for (let before = -1; before !== people.size;) {
    before = people.size;
    for (const { entry } of all) {
      const about = (entry.body as { person?: string }).person;
      if (about !== undefined && people.has(about)) for (const id of peopleOf(entry)) people.add(id);
    }
  }
  const theirs = all.filter(({ entry }) => {
    const about = (entry.body as { person?: string }).person;
    return entry.type === 'genesis' || (about !== undefined && people.has(about));
  });
  return [...keys, ...theirs].sort((a, b) => a.index - b.index);
}

const numberOf = (origin: string): number => partsOf(origin).number;

/**
 * What shows that the log's present keys follow from those of somebody who holds `origin` at size `from`, and that
 * `and` are in it.
 */
export function successionOf(
  log: Log,
  from: number,
  origin: string,
  and: readonly LogEntry[] = [],
): SuccessionAnswer {
  const { size, note } = log.head;
  const entries = entriesOf(log, and);
  const base = entries.reduce(
    (least, { entry }) =>
      entry.type === 'log.recovered' && numberOf(entry.body.origin) > numberOf(origin)
        ? Math.min(least, entry.body.restored.size)
        : least,
    from,
  );
  if (base > size) throw new Refusal('not_found');
  return {
    checkpoint: note,
    consistency: log.reader.consistency(base, size).map(toBase64url),
    entries: entries.map(({ index }) => ({
      index,
      bytes: toBase64url(log.reader.entry(index) ?? new Uint8Array()),
      proof: log.reader.inclusion(index, size).map(toBase64url),
    })),
  };
}

/** What shows besides that an administrator released this browser. Throws Refusal where nobody did. */
function releaseOf(log: Log, browser: Rows['browser'], from: number, origin: string): SuccessionAnswer {
  const released = allOf(log, ['browser.released']).find(
    ({ entry }) => entry.type === 'browser.released' && entry.body.browser === browser.id,
  );
  if (!released) throw new Refusal('not_found');
  const paired = { index: browser.entry, entry: log.entry(browser.entry) };
  return successionOf(log, from, origin, [paired, released]);
}

/** The browser that asks, paired or not: a recovery or a release ends its pairing, and it must learn of it. */
function askingBrowser(services: Services, c: Context): Rows['browser'] {
  const { pathname, search } = new URL(c.req.url);
  const call = { method: c.req.method, path: pathname + search, body: '' };
  const id = c.req.header('countersign-browser');
  const { browser } = knownBrowserOf(services, id, c.req.header('countersign-proof'), call);
  c.header('Countersign-Nonce', services.proofs.nonce());
  return browser;
}

/** Whoever is signed in, and browsers that are or were paired: a recovery ends every pairing, and they must follow it. */
function mayFollow(services: Services, c: Context): void {
  if (c.req.header('countersign-browser') !== undefined) {
    askingBrowser(services, c);
    return;
  }
  refuseCrossSite(c, services.config.webOrigin);
  personOf(services, getCookie(c, cookieName));
}

export function successionRoutes(app: OpenAPIHono, services: Services): void {
  serve(app, services, wire.succession, ({ query, context }) => {
    mayFollow(services, context);
    return successionOf(services.log, query.from, query.origin);
  });
  serve(app, services, wire.release, ({ query, context }) =>
    releaseOf(services.log, askingBrowser(services, context), query.from, query.origin),
  );
}
