import type { z } from 'zod';
import { EntryError, type Envelope, decodeEnvelope, notInForm } from '#shared/log/codec.ts';
import { schemas as actions } from './actions/entries.ts';
import { type BrowsersRows, schemas as browsers } from './browsers/entries.ts';
import { type DualControlRows, schemas as dualControl } from './dual-control/entries.ts';
import { type ErasureRows, schemas as erasure } from './erasure/entries.ts';
import { schemas as exports } from './exports/entries.ts';
import { type GrantsRows, schemas as grants } from './grants/entries.ts';
import { type PeopleRows, schemas as people } from './people/entries.ts';
import { type PolicyRows, schemas as policy } from './policy/entries.ts';
import { schemas as refusals } from './refusals/entries.ts';
import { type RequestsRows, schemas as requests } from './requests/entries.ts';
import { type SessionsRows, schemas as sessions } from './sessions/entries.ts';
import { type SuccessionRows, schemas as succession } from './succession/entries.ts';
import { type TemplatesRows, schemas as templates } from './templates/entries.ts';

/**
 * Every type of log entry, by type and version, and the rows of folded state. Every change of state is one of these; the
 * fold over them is the state. Inputs to policy decisions are kept with the decision, so that a verifier can decide again.
 */
export const schemas = {
  ...succession,
  ...policy,
  ...people,
  ...browsers,
  ...requests,
  ...sessions,
  ...grants,
  ...actions,
  ...exports,
  ...dualControl,
  ...erasure,
  ...refusals,
  ...templates,
} as const;

/** The rows of folded state, by kind. Keys of each map are the row's id. Times in ms. */
export interface Rows
  extends
    SuccessionRows,
    PolicyRows,
    PeopleRows,
    BrowsersRows,
    RequestsRows,
    GrantsRows,
    SessionsRows,
    DualControlRows,
    ErasureRows,
    TemplatesRows {}
export type Kind = keyof Rows;

/** A type of entry in one version, such as `request.asked/1`. */
export type Name = keyof typeof schemas;
/** An entry of this type and version. */
export type EntryNamed<N extends Name> = N extends `${infer T}/${infer V extends number}`
  ? { v: V; type: T; time: number; rand: string; body: z.infer<(typeof schemas)[N]> }
  : never;
export type Entry = { [N in Name]: EntryNamed<N> }[Name];
export type EntryType = Entry['type'];
export type EntryOf<T extends EntryType> = Extract<Entry, { type: T }>;
export type Body<T extends EntryType> = EntryOf<T>['body'];

export const nameOf = ({ type, v }: Entry): Name => `${type}/${v}`;
const isName = (name: string): name is Name => Object.hasOwn(schemas, name);

const versions = new Map<string, number>();
for (const name of Object.keys(schemas)) {
  const [type = '', v] = name.split('/');
  versions.set(type, Math.max(versions.get(type) ?? 0, Number(v)));
}
/** Every type there is. */
export const entryTypes = [...versions.keys()] as EntryType[];
/** The version in which new entries of this type are written. */
export const versionOf = (type: string): number => versions.get(type) ?? 1;

/** Reads an entry of a type and version that this program knows, body included. Throws EntryError. */
export const decodeEntry = (bytes: Uint8Array): Entry => readEntry(decodeEnvelope(bytes));

/** The same from an envelope that was read. */
export function readEntry(entry: Envelope): Entry {
  const name = `${entry.type}/${entry.v}`;
  if (!isName(name)) {
    const what = versions.has(entry.type) ? `version ${entry.v} of type` : 'type';
    throw new EntryError(`an entry is of ${what} ${entry.type}, which this version does not know`, {
      newer: true,
    });
  }
  const body = schemas[name].safeParse(entry.body);
  if (!body.success) throw notInForm(`an entry of type ${entry.type}`, body.error, entry.body);
  return { ...entry, body: body.data } as Entry;
}
