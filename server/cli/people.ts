import type { PersonFacts } from '#shared/policy/people.ts';
import type { Policy } from '#shared/policy/schema.ts';
import { peopleIn } from '../policy/index.ts';
import { hasDatabase, peopleOfServer } from './folder.ts';

/** The people that a policy is judged with, and where they come from. */
export type Known =
  | {
      from: 'server';
      folder: string;
      /** active ones, as the server has them */
      people: PersonFacts[];
      /** handles that the policy names and that are not among them, with why where it is known */
      absent: string[];
    }
  | {
      from: 'file';
      people: PersonFacts[];
      /** why the server's people could not be read, where there are some */
      why?: string;
    };

/** The server's own people where its database is at hand and somebody is enrolled, else those whom the policy names. */
export function peopleFor(policy: Policy, folder: string): Known {
  const named = peopleIn(policy);
  if (!hasDatabase(folder)) return { from: 'file', people: named };
  try {
    const everybody = peopleOfServer(folder);
    if (everybody.length === 0) return { from: 'file', people: named };
    const people = everybody.filter(({ status }) => status === 'active');
    const absent = named
      .map(({ handle }) => handle)
      .filter((handle) => !handle.includes(':') && !people.some((person) => person.handle === handle))
      .map((handle) => {
        const status = everybody.find((person) => person.handle === handle)?.status ?? 'unknown';
        return `${handle} (${status})`;
      });
    return { from: 'server', folder, people, absent };
  } catch (error) {
    return { from: 'file', people: named, why: error instanceof Error ? error.message : String(error) };
  }
}
