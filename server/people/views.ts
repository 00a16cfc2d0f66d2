import type { z } from 'zod';
import type { Rows } from '#shared/domain/entries.ts';
import type { KeyView, PersonView, personRef } from '#shared/domain/people/views.ts';
import type { BrowserView } from '#shared/domain/browsers/views.ts';
import { consoleNamed } from '../consoles/index.ts';
import type { Services } from '../context.ts';
import { keysOf } from './rules.ts';

/** People, keys and browsers as the wire shows them. */

export function refOf(services: Services, id: string): z.infer<typeof personRef> {
  return { id, handle: services.log.state.get('person', id)?.handle ?? 'somebody unknown' };
}

export function personView(services: Services, person: Rows['person']): PersonView {
  const { hub, log, counters } = services;
  const keys = keysOf(log.state, person.id);
  // Whoever enrolled a key was there when they did, should nothing later be known.
  const enrolled = keys.map(({ added }) => added);
  const lastSeen = hub.lastSeen(person.id) ?? (keys.length > 0 ? Math.max(...enrolled) : undefined);
  const copied = keys.flatMap(({ id }) => counters.copied(id) ?? []);
  return {
    id: person.id,
    handle: person.handle,
    roles: [...person.roles],
    status: person.status,
    since: person.since,
    online: hub.online(person.id),
    ...(lastSeen === undefined ? {} : { lastSeen }),
    keys: keys.length,
    browsers: [...log.state.all('browser')].filter(([, b]) => b.person === person.id && b.status === 'paired')
      .length,
    ...(person.resetByHost === undefined ? {} : { resetByHost: person.resetByHost }),
    ...(copied.length === 0 ? {} : { keyCopied: Math.max(...copied) }),
  };
}

export function keyView(key: Rows['key']): KeyView {
  const { id, label, kind, aaguid, transports, added, removed, entry } = key;
  return {
    id,
    label,
    kind,
    aaguid,
    transports: [...transports],
    added,
    entry,
    ...(removed === undefined ? {} : { removed }),
  };
}

/** A key as its owner sees it. */
export function ownKeyView({ counters }: Services, key: Rows['key']): KeyView {
  const copied = counters.copied(key.id);
  return { ...keyView(key), ...(copied === undefined ? {} : { copied }) };
}

export function browserView(services: Services, browser: Rows['browser']): BrowserView {
  const { id, label, paired, status } = browser;
  const lastSeen = services.heartbeats.lastSeen(id);
  const outdated = services.heartbeats.isOutdated(id);
  const ungated = services.heartbeats.ungated(id);
  return {
    id,
    label,
    paired,
    status,
    ...(lastSeen === undefined ? {} : { lastSeen }),
    ...(outdated ? { outdated } : {}),
    ...(ungated ? { ungated: ungated.map((console) => consoleNamed(services, console).name) } : {}),
  };
}
