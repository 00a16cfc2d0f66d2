/** People, their keys, roles and sign-ins, and the touches that they make. */
export {
  codeHash,
  hostResets,
  invitationLife,
  keysOf,
  knownPerson,
  personByHandle,
  requireActive,
} from './rules.ts';
export { startExpiry } from './signing-in.ts';
export { browserView, keyView, refOf } from './views.ts';
