import type { OpenAPIHono } from '@hono/zod-openapi';
import { toBase64url } from '#shared/bytes.ts';
import { wordsOf } from '#shared/domain/index.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { wire } from '#shared/wire/index.ts';
import type { EntryView } from '#shared/domain/succession/views.ts';
import type { Services } from '../context.ts';
import { serve, Turns } from '../http/index.ts';
import { sha256 } from '../sha256.ts';
import type { Log } from '../log/index.ts';

const PAGE_ENTRIES = 100;
/** Entries looked at for one page of a search, so that a search for nothing ends. */
const MAX_SCANNED_ENTRIES = 20_000;

/** The log in words, newest first, for people; the bytes are served under `/log/`. */
export function entryRoutes(app: OpenAPIHono, services: Services): void {
  const { log } = services;
  const turns = new Turns();
  serve(app, services, wire.listEntries, ({ who, query }) =>
    turns.take(who.person.id, async (rest) => {
      const { size } = log;
      const find = query.find?.trim().toLowerCase() ?? '';
      const entries: EntryView[] = [];
      const before = Math.min(query.before ?? size, size);
      const indexes = query.type
        ? log.find(`type:${query.type}`, before, MAX_SCANNED_ENTRIES)
        : newestFirst(before);
      let more = indexes.length === MAX_SCANNED_ENTRIES;
      for (const index of indexes) {
        if (entries.length === PAGE_ENTRIES) {
          more = true;
          break;
        }
        await rest();
        if (isAbout(log, index, find)) entries.push(entryViewOf(log, index));
      }
      return { now: services.now(), size, entries, more };
    }),
  );
}

/** Whether an entry's words have this text in them. */
function isAbout(log: Log, index: number, find: string): boolean {
  if (find === '') return true;
  const entry = log.entry(index);
  const { who, words } = wordsOf(entry, log.state);
  return `${index} ${entry.type} ${who} ${words}`.toLowerCase().includes(find);
}

/** An entry in words. */
export function entryViewOf(log: Log, index: number): EntryView {
  const entry = log.entry(index);
  const bytes = log.reader.entry(index) ?? new Uint8Array();
  return {
    index,
    at: entry.time,
    type: entry.type,
    ...wordsOf(entry, log.state),
    leafHash: toBase64url(leafHash(sha256, bytes)),
  };
}

/** The `looked` indexes below `before`, newest first. */
const newestFirst = (before: number): number[] =>
  Array.from({ length: Math.min(before, MAX_SCANNED_ENTRIES) }, (_, i) => before - 1 - i);
