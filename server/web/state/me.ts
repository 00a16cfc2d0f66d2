import { computed, signal } from '@preact/signals';
import type { AnswerOf } from '#shared/wire/route.ts';
import type { wire } from '#shared/wire/index.ts';
import type { Role } from '#shared/domain/primitives.ts';

export type About = AnswerOf<typeof wire.about>;
export type Me = AnswerOf<typeof wire.me>;

/** What this server is; undefined until it answered. */
export const about = signal<About | undefined>(undefined);
/** Who is signed in: undefined until asked, null when nobody is. */
export const me = signal<Me | null | undefined>(undefined);

/** The keys that can sign now. */
export const keys = computed(() => me.value?.keys.filter((key) => key.removed === undefined) ?? []);

const picked = signal<string | undefined>(undefined);
/** The key for the next touch: the one picked on this page, else that of the sign-in. */
export const credential = computed(() => {
  const mine = keys.value.map((key) => key.id);
  if (picked.value !== undefined && mine.includes(picked.value)) return picked.value;
  return me.value?.credential ?? mine[0];
});
export const pickKey = (id: string): void => {
  picked.value = id;
};

export function signedOut(): void {
  me.value = null;
}

/** Whether the person signed in holds one of these roles. */
export const hasRole = (...roles: Role[]): boolean =>
  me.value?.person.roles.some((role) => roles.includes(role)) ?? false;
