import type { EntryType } from '#shared/domain/entries.ts';

/** What each type of entry is called where people choose one. */
export const entryTypeWords: Record<EntryType, string> = {
  genesis: 'Genesis',
  'policy.loaded': 'Policy loaded',
  'person.invited': 'Person invited',
  'key.enrolled': 'Key enrolled',
  'key.removed': 'Key removed',
  'person.roles-changed': 'Roles changed',
  'person.disabled': 'Person disabled',
  'person.reset': 'New link issued',
  'browser.paired': 'Browser paired',
  'browser.ended': 'Browser unpaired or suspended',
  'browser.released': 'Browser released',
  'request.asked': 'Access requested',
  'request.withdrawn': 'Request withdrawn',
  'request.expired': 'Request expired',
  'request.decided': 'Request decided',
  'session.started': 'Session started',
  'grant.ended': 'Grant ended',
  'grant.shortened': 'Grant shortened',
  'actions.recorded': 'Actions recorded',
  'evidence.exported': 'Evidence exported',
  'log.recovered': 'Log recovered',
  'act.proposed': 'Proposal made',
  'act.withdrawn': 'Proposal withdrawn',
  'detail.erased': 'Details erased',
  'log.key-rotated': 'Log key rotated',
  'attempt.refused': 'Attempt refused',
};

/** The words for a type that the server names, its own name where this page does not know it. */
export const typeWords = (type: string): string => (entryTypeWords as Record<string, string>)[type] ?? type;
