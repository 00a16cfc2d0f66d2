import {
  addToSession,
  keepInSession,
  replacePersisted,
  type Part,
  type RuleBody,
} from '../../platform/rules.ts';
import { broadRules, easingRules, sessionRules, shutRules } from './rules.ts';
import type { ConsoleAccess } from '../access/index.ts';

/**
 * Sets the rules, what shuts first and alone. A browser may refuse a rule for limits that we do not know: then only
 * the console whose rule it is pays for it, and stays shut.
 */
export interface RuleContext {
  /** Address of the gate page. */
  gate: string;
  /** Host of the server, which no rule may touch. */
  own: string;
  /** Match patterns of hosts that are not allowed to us. */
  missing: readonly string[];
  /** Ids of consoles whose rules were refused before. */
  refused: ReadonlySet<string>;
}

/** Returns the ids of all consoles whose rules the browser refuses; they must stay shut by other means. */
export async function installRules(
  consoles: readonly ConsoleAccess[],
  place: RuleContext,
): Promise<Set<string>> {
  const session = consoles.map((one) => sessionRules(one, consoles, place));
  // What is no longer open goes before all else, whatever becomes of the rest.
  await keepInSession(session.flat());
  const refused = await installShut(consoles, place);
  const sound = consoles.filter(({ id }) => !refused.has(id));
  const ease = (some: readonly ConsoleAccess[]) => easingRules(some, place.gate, place.missing);
  if (!(await taken('easing', ease(sound)))) {
    // Without them what is shut stays so; only a rule from before could still let something pass.
    await taken('easing', []);
    await mostOf(sound, (some) => taken('easing', ease(some)));
  }
  for (const [at, { id }] of consoles.entries())
    if (!refused.has(id) && !(await done(addToSession(session[at] ?? [])))) refused.add(id);
  return refused;
}

async function installShut(consoles: readonly ConsoleAccess[], place: RuleContext): Promise<Set<string>> {
  const spared = [place.own, ...consoles.flatMap(({ hosts }) => hosts)];
  const broadly = (some: readonly ConsoleAccess[]) =>
    broadRules(
      some,
      spared.filter((host) => !some.some(({ hosts }) => hosts.includes(host))),
    );
  const known = consoles.filter(({ id }) => place.refused.has(id));
  const sound = consoles.filter(({ id }) => !place.refused.has(id));
  if (await taken('shut', [...shutRules(sound), ...broadly(known)])) {
    await taken('spare', []);
    return new Set(place.refused);
  }
  // Tried out beside what stands, which goes on shutting meanwhile.
  const exact = await mostOf(sound, (some) => taken('spare', shutRules(some)));
  const rest = consoles.filter((one) => !exact.includes(one));
  const rules = (some: readonly ConsoleAccess[]) => [...shutRules(exact), ...broadly(some)];
  const broad = await mostOf(rest, (some) => taken('spare', rules(some)));
  // Where one is shut by no rule that is taken now, a rule from before may still shut it: then both sets stay.
  if (broad.length === rest.length && (await taken('shut', rules(broad)))) await taken('spare', []);
  return new Set(rest.map(({ id }) => id));
}

/** As many of them as the browser takes together; the last call that it took was for exactly these. */
async function mostOf<T>(all: readonly T[], take: (some: readonly T[]) => Promise<boolean>): Promise<T[]> {
  let most: T[] = [];
  async function add(some: readonly T[]): Promise<void> {
    if (some.length === 0) return;
    const more = [...most, ...some];
    if (await take(more)) {
      most = more;
      return;
    }
    if (some.length === 1) return;
    const half = Math.ceil(some.length / 2);
    await add(some.slice(0, half));
    await add(some.slice(half));
  }
  await add(all);
  return most;
}

const done = (work: Promise<void>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );
const taken = (part: Part, rules: readonly RuleBody[]): Promise<boolean> =>
  done(replacePersisted(part, rules));
