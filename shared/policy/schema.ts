import { z } from 'zod';
import { formatDuration, parseDuration } from './duration.ts';
import { hostFault } from './hosts.ts';
import { handleForm, idForm, level, mode } from '#shared/domain/primitives.ts';
import { idRule, parseTerm, roles } from './people.ts';
import { suggest } from './suggest.ts';
import { isZone, minutesOf, weekdays } from './when.ts';

/**
 * The shape of the policy file, version 1, once YAML is parsed. Durations come out as whole seconds. What one
 * field alone can show is checked here; what takes two fields is in `check.ts`.
 */
/** Console packs that come with Countersign. */
const packs = ['node-red'] as const;
export const shortest = 60;
/** Longer is no longer just in time, and timers of some browsers count to 24 days only. */
export const ceiling = 7 * 86_400;

const id = z.string().regex(idForm, idRule);

/** A string whose fault, if any, is said by a function. */
const saying = (fault: (text: string) => string | undefined) =>
  z.string().superRefine((text, context) => {
    const message = fault(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

/** An object that refuses fields it does not know: a misspelt field that is ignored would change who may do what. */
const fields = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const known = Object.keys(shape);
      const unknown = issue.keys.map((key) => `"${key}"`).join(' or ');
      const hint = issue.keys.length === 1 ? suggest(issue.keys[0] ?? '', known) : '';
      return `There is no field ${unknown} here.${hint || ` The fields are ${known.join(', ')}.`}`;
    },
  });

const duration = z.string().transform((text, context): number => {
  const seconds = parseDuration(text);
  const message =
    seconds === undefined
      ? 'This is not an ISO 8601 duration. Write PT30M for 30 minutes, PT1H for an hour, P1D for a day.'
      : seconds < shortest || seconds > ceiling
        ? `A grant lasts from ${formatDuration(shortest)} to ${formatDuration(ceiling)}.`
        : undefined;
  if (message === undefined) return seconds ?? 0;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** Shorter would erase what a running grant rests on. */
export const shortestKept = ceiling + 86_400;
export const longestKept = 3660 * 86_400;

const retention = z.string().transform((text, context): number => {
  const seconds = parseDuration(text);
  if (seconds !== undefined && seconds >= shortestKept && seconds <= longestKept) return seconds;
  const message =
    seconds === undefined
      ? 'This is not an ISO 8601 duration. Write P90D for 90 days.'
      : `Details are kept from ${formatDuration(shortestKept)} to ${formatDuration(longestKept)}. Leave the field out to keep them for ever.`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const term = saying((text) => {
  const { kind, name } = parseTerm(text);
  if (kind === 'role') {
    if (roles.some((role) => role === name)) return undefined;
    return `There is no role "${name}". The roles are ${roles.join(', ')}.${suggest(name, roles)}`;
  }
  if (kind === 'group') return idForm.test(name) ? undefined : idRule;
  if (name === 'nobody') return 'To need no decision, write the word alone: decides: nobody';
  if (handleForm.test(name)) return undefined;
  return `"${name}" names nobody. Write a handle in small letters, group:name or role:name.`;
});

const read = saying((text) => {
  const [, path] = /^[A-Z]{3,10} (\/\S*)$/.exec(text) ?? [];
  if (path === undefined) return 'Write a method and a path, such as "POST /api/query".';
  const star = path.indexOf('*');
  return star === -1 || star === path.length - 1
    ? undefined
    : 'A star may stand at the end of the path only.';
});

const start = saying((text) => {
  const rule = 'Write the full address to open, such as https://grafana.example.com/.';
  try {
    const url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return rule;
    return url.username || url.password ? 'Leave the user and the password out of the address.' : undefined;
  } catch {
    return rule;
  }
});

export const consoleFields = fields({
  /** what people read */
  name: z.string().trim().min(1, 'Give it a name.').max(60, 'A name has 60 characters at most.'),
  hosts: z.array(saying(hostFault)).min(1, 'Name at least one host.'),
  /** where to return to when the address first asked for was a step of a sign-in */
  start,
  /** what is allowed without a grant */
  mode: z.enum(mode.options).default('closed'),
  pack: z.enum(packs).optional(),
  /** `METHOD /path` of requests that only read though their method changes; absent is not the same as empty */
  reads: z.array(read).optional(),
  /** hosts of other sites, and all below them, whose pages may send requests that change something */
  'also-from': z.array(saying(hostFault)).optional(),
  /** it works over a WebSocket alone, so that nobody can tell looking from changing */
  socket: z.boolean().optional(),
  /** how much: everything done, only the requests that change something, or only when access began and ended */
  record: z.enum(['actions', 'requests', 'times']).default('actions'),
  /** what a server out of reach means for a running grant */
  unreachable: z.enum(['close', 'keep']).default('close'),
  /** seconds */
  maximum: duration.default(4 * 3_600),
});

const timeRule = 'Write the time as "08:00", from "00:00" to "24:00".';
const time = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, timeRule);
const when = fields({
  days: z
    .array(z.enum(weekdays))
    .min(1, 'Name at least one day.')
    .default([...weekdays]),
  from: time.default('00:00'),
  to: time.default('24:00'),
  /** required: a window must not move with the clock of whatever machine reads it */
  zone: saying((text) =>
    isZone(text) ? undefined : 'There is no such time zone. Write one such as Europe/Berlin.',
  ),
}).refine(({ from, to }) => minutesOf(from) !== minutesOf(to), {
  path: ['to'],
  message: 'This window is empty. Leave out from and to for whole days.',
});

export const eligibility = fields({
  name: id,
  who: z.array(term).min(1, 'Name at least one handle, group:name or role:name.'),
  consoles: z.array(z.string()).min(1, 'Name at least one console.'),
  levels: z.array(level).min(1, 'Name at least one of view and change.'),
  /** seconds, ascending; offered in the form, and the last is the limit */
  durations: z.array(duration).min(1, 'Offer at least one duration.'),
  decides: z.union(
    [z.literal('nobody'), z.array(term).min(1, 'Name who decides, or write: decides: nobody')],
    {
      error: 'Name who decides in a list, such as [group:leads], or write: decides: nobody',
    },
  ),
  when: when.optional(),
});

/** Things by id. An id that is none is said beside all that is wrong within what it names. */
const byId = <Schema extends z.ZodType>(value: Schema) =>
  z.record(z.string(), value).superRefine(
    (things, context) => {
      for (const name of Object.keys(things))
        if (!idForm.test(name)) context.addIssue({ code: 'custom', path: [name], message: idRule });
    },
    { when: ({ value }) => typeof value === 'object' && value !== null },
  );

/** `consoles:` with every entry commented out is YAML for null; take it for what it means. */
const orEmpty = <Schema extends z.ZodType>(schema: Schema, empty: () => unknown) =>
  z.preprocess((value) => value ?? empty(), schema);

export const members = z.array(
  z.string().regex(handleForm, 'A group lists handles, in small letters; it holds no other groups.'),
);

export const policySchema = fields({
  version: z.literal(1, 'This server reads version 1 of the policy file. Write: version: 1'),
  consoles: orEmpty(byId(consoleFields), () => ({})),
  groups: orEmpty(byId(members), () => ({})),
  eligibility: orEmpty(z.array(eligibility), () => []),
  /** seconds that justifications, reasons and the words of actions are kept; absent is for ever */
  retention: retention.optional(),
});

export type Policy = z.output<typeof policySchema>;
export type ConsolePolicy = Policy['consoles'][string];
export type Eligibility = Policy['eligibility'][number];
