import type { WitnessesView } from '#shared/domain/witnesses/wire.ts';
import { count } from '../parts/words.ts';

/** How far the log is cosigned, and by how many people: whoever got furthest, and how far everybody got. */
export function sayPeople({ size, browsers }: Pick<WitnessesView, 'size' | 'browsers'>): string {
  const reached = Math.max(0, ...browsers.map((browser) => browser.size));
  if (reached === 0) return 'Nobody yet. Paired browsers cosign on their own.';
  const furthest = new Map<string, number>();
  for (const browser of browsers) {
    const before = furthest.get(browser.person.id) ?? 0;
    furthest.set(browser.person.id, Math.max(before, browser.size));
  }
  const sizes = [...furthest.values()];
  const people = sizes.filter((each) => each === reached).length;
  const there = browsers.filter((browser) => browser.size === reached).length;
  const behind = size - reached;
  const since = behind > 0 ? `, ${count(behind, 'entry', 'entries')} behind` : ', up to date';
  const first = `${count(people, 'person', 'people')} in ${count(there, 'browser')}, up to entry ${reached - 1}${since}`;
  return people === sizes.length
    ? first
    : `${first}; all ${sizes.length} people up to entry ${Math.min(...sizes) - 1}`;
}
