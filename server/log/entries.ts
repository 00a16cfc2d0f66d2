import type { OpenAPIHono } from '@hono/zod-openapi';
import { toBase64url } from '#shared/bytes.ts';
import { wordsOf } from '#shared/entries/words.ts';
import { leafHash } from '#shared/merkle/hash.ts';
import { wire } from '#shared/wire/index.ts';
import type { EntryView } from '#shared/wire/views.ts';
import type { Services } from '../context.ts';
import { serve } from '../http/serve.ts';
import { sha256 } from './hash.ts';

const page = 100;
/** Entries looked at for one page of a search, so that a search for nothing ends. */
const looked = 20_000;

/** The log in words, newest first, for people; the bytes are served under `/log/`. */
export function entryRoutes(app: OpenAPIHono, services: Services): void {
  const { log } = services;
  serve(app, services, wire.listEntries, ({ query }) => {
    const { size } = log;
    const find = query.find?.trim().toLowerCase() ?? '';
    const entries: EntryView[] = [];
    let index = Math.min(query.before ?? size, size) - 1;
    const last = Math.max(0, index - looked);
    for (; index >= last && entries.length < page; index--) {
      const entry = log.entry(index);
      if (query.type !== undefined && query.type !== '' && entry.type !== query.type) continue;
      const { who, words } = wordsOf(entry, log.state);
      if (find !== '' && !`${index} ${entry.type} ${who} ${words}`.toLowerCase().includes(find)) continue;
      const bytes = log.reader.entry(index) ?? new Uint8Array();
      entries.push({
        index,
        at: entry.time,
        type: entry.type,
        who,
        words,
        leafHash: toBase64url(leafHash(sha256, bytes)),
      });
    }
    return { now: services.now(), size, entries, more: index >= 0 };
  });
}
