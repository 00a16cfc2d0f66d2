import { MAX_TEMPLATE_NAME } from '#shared/domain/templates/limits.ts';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { newId } from '#shared/bytes.ts';
import type { TemplateView } from '#shared/domain/templates/views.ts';
import { isBlank } from '#shared/domain/blank.ts';
import { commit } from '#shared/domain/signing.ts';
import { Refusal } from '#shared/errors.ts';
import { wire } from '#shared/wire/index.ts';
import { requirePaired } from '../browsers/index.ts';
import type { Services } from '../context.ts';
import { detailOf, keepDetails } from '../details/index.ts';
import { serve } from '../http/index.ts';
import { requireActive } from '../people/index.ts';
import { MAX_TEMPLATES, ownRequest, ownTemplate, templatesFor } from './rules.ts';

/** Requests that people keep under a name, to make them again. A template gives no right: what it fills in is asked anew. */
export function templateRoutes(app: OpenAPIHono, services: Services): void {
  const { log } = services;
  const textOf = (commitment: string): string =>
    commitment === '' ? '' : (detailOf(services, commitment)?.text ?? '');
  const shown = (person: string, console: string): { templates: TemplateView[] } => ({
    templates: templatesFor(log.state, person, console).flatMap(({ id, name, request }) => {
      const of = log.state.get('request', request);
      const called = textOf(name);
      // One whose name was erased can no longer be told from the others.
      if (!of || called === '') return [];
      const { level, seconds, justification, ticket } = of;
      const texts = { justification: textOf(justification), ticket: textOf(ticket) };
      return [{ id, name: called, level, seconds, ...texts }];
    }),
  });

  serve(app, services, wire.listTemplates, ({ who, params }) => shown(who.person.id, params.console));

  serve(app, services, wire.saveTemplate, async ({ who, body: { request, name } }) => {
    const person = who.person.id;
    if (isBlank(name.text))
      throw new Refusal('invalid_input', { field: 'name', sentence: 'Give the template a name.' });
    if (Array.from(name.text).length > MAX_TEMPLATE_NAME)
      throw new Refusal('too_large', {
        field: 'name',
        sentence: `Shorten the name to ${MAX_TEMPLATE_NAME} characters.`,
      });
    const { console } = ownRequest(log.state, person, request);
    await log.run((draft) => {
      requirePaired(draft.state, who.browser.id);
      requireActive(draft.state, person);
      const others = templatesFor(draft.state, person, console);
      const same = others.filter((other) => textOf(other.name) === name.text);
      if (others.length - same.length >= MAX_TEMPLATES)
        throw new Refusal('too_many', {
          sentence: `You have ${MAX_TEMPLATES} templates for this console. Delete one first.`,
        });
      for (const { id } of same) draft.append('template.deleted', { template: id, person });
      keepDetails(draft, name);
      const committed = commit(name.salt, name.text);
      draft.append('template.saved', { template: newId(), person, request, name: committed });
    });
    return shown(person, console);
  });

  serve(app, services, wire.deleteTemplate, async ({ who, params }) => {
    const person = who.person.id;
    const { request } = ownTemplate(log.state, person, params.template);
    await log.run((draft) => {
      requirePaired(draft.state, who.browser.id);
      ownTemplate(draft.state, person, params.template);
      draft.append('template.deleted', { template: params.template, person });
    });
    return shown(person, ownRequest(log.state, person, request).console);
  });
}
