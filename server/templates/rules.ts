import { Refusal } from '#shared/errors.ts';
import type { Rows } from '#shared/domain/entries.ts';
import type { State } from '#shared/domain/state.ts';

/** Templates of one person for one console: as many as can be looked over at once. */
export const MAX_TEMPLATES = 12;

/** A person's own request; anybody else's looks the same as one that does not exist. */
export function ownRequest(state: State, person: string, id: string): Rows['request'] {
  const request = state.get('request', id);
  if (request?.person !== person) throw new Refusal('not_found');
  return request;
}

/** A person's own template, while it is there. */
export function ownTemplate(state: State, person: string, id: string): Rows['template'] {
  const template = state.get('template', id);
  if (template?.person !== person || template.deleted !== undefined) throw new Refusal('not_found');
  return template;
}

/** A person's templates for a console, newest first. */
export const templatesFor = (state: State, person: string, console: string): Rows['template'][] =>
  [...state.all('template')]
    .map(([, template]) => template)
    .filter(
      (template) =>
        template.person === person &&
        template.deleted === undefined &&
        state.get('request', template.request)?.console === console,
    )
    .sort((a, b) => b.entry - a.entry);
