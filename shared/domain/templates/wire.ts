import { z } from 'zod';
import { consoleId, id } from '#shared/domain/primitives.ts';
import { newDetail } from '#shared/wire/details.ts';
import { route } from '#shared/wire/route.ts';
import { templateView } from './views.ts';

const templates = z.object({ templates: z.array(templateView) });

/** Extension: what its form can be filled in from. */
export const listTemplates = route({
  method: 'GET',
  path: '/api/browser/consoles/:console/templates',
  summary: "This person's request templates for one console, newest first.",
  auth: 'browser',
  params: z.strictObject({ console: consoleId }),
  answer: templates,
});
export const saveTemplate = route({
  method: 'POST',
  path: '/api/browser/templates',
  summary:
    "Save one of this person's requests as a template. A template of the same name for the console is replaced.",
  auth: 'browser',
  body: z.strictObject({ request: id, name: newDetail }),
  answer: templates,
  appends: ['template.saved', 'template.deleted'],
});
export const deleteTemplate = route({
  method: 'POST',
  path: '/api/browser/templates/:template/delete',
  summary: "Delete one of this person's templates.",
  auth: 'browser',
  params: z.strictObject({ template: id }),
  body: z.strictObject({}),
  answer: templates,
  appends: ['template.deleted'],
});

export const routes = { listTemplates, saveTemplate, deleteTemplate };
