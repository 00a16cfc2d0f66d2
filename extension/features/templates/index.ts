import { deleteTemplate, listTemplates, saveTemplate } from '#shared/domain/templates/wire.ts';
import { withSalt } from '#shared/wire/details.ts';
import { call } from '../../platform/api.ts';
import type { PageMessages } from '../../platform/messages.ts';

/** Requests that the person keeps under a name, to make them again. The server keeps them, for all their browsers. */

type Templates = PageMessages['templates']['output'];

export const templatesOf = ({ console }: { console: string }): Promise<Templates> =>
  call(listTemplates, { params: { console } });

export const saveAsTemplate = ({ request, name }: { request: string; name: string }): Promise<Templates> =>
  call(saveTemplate, { body: { request, name: withSalt(name.trim()) } });

export const removeTemplate = ({ template }: { template: string }): Promise<Templates> =>
  call(deleteTemplate, { params: { template }, body: {} });
