/**
 * Every way in which Countersign says no: a closed union of codes, each with the sentence a person reads.
 * A sentence says what happened and names the next step. The server maps codes to HTTP statuses
 * (`server/http/status.ts`); the pages show the sentence.
 */
export const sentences = {
  // input
  invalid_input: 'Something in this request is not valid. Check the marked field and try again.',
  too_large: 'This request is too large. Send less at a time.',
  justification_missing: 'Say in a sentence why you need access. The justification cannot be empty.',
  reason_missing: 'Give a reason in a sentence. It goes on record, and the person it concerns can read it.',
  outside_policy: 'The policy does not let you request this. Choose one of the offered levels and durations.',
  unknown_console: 'There is no console by that name in the policy. Reload to see the current list.',
  already_asked:
    'You already have an open request for this console. Wait for a decision, or withdraw it first.',
  already_open: 'You already have access to this console. Extend it instead.',
  // who is there
  signed_out: 'You are not signed in. Sign in with your key and try again.',
  wrong_origin: 'This request came from another site. Open Countersign directly and try again.',
  link_unknown:
    'This link is not known here. Open the full link you were sent, or ask an administrator for a new one.',
  link_used:
    'This link was already used, or was replaced by a newer one. If you enrolled with it, sign in with your key. If not, tell an administrator: someone else may have used it.',
  link_expired: 'This link has expired. Ask an administrator for a new one.',
  key_unknown: 'This key is not enrolled here. Use one that is, or ask an administrator for an invitation.',
  key_exists: 'This key is already enrolled. Use another one.',
  key_last: 'This is the only key. Removing it would lock its owner out. Enrol another one first.',
  key_needed: 'Adding a key takes a touch of one that is already enrolled. Sign in with it and try again.',
  key_cloned:
    'This key’s use counter went backwards, which points to a copied key. It was rejected. Tell an administrator.',
  browser_unknown: 'This browser is not paired, or was unpaired. Pair it again from the companion.',
  browser_suspended:
    'This browser sent two different records under one number, which points to a copied profile. Pair it again.',
  proof_invalid: 'This browser could not prove its identity. Pair it again from the companion.',
  proof_stale:
    'This browser’s proof was out of date. It retries on its own; if this keeps happening, restart the browser.',
  extension_outdated:
    'This extension is too old for the server. Update it, or ask an administrator to update it. Consoles stay closed until then.',
  server_outdated:
    'The server is too old for this extension. Ask an administrator to update it. Consoles stay closed until then.',
  disabled: 'This account is disabled. Ask an administrator why.',
  forbidden: 'Your role does not allow this. Ask an administrator if you think it should.',
  not_found: 'There is nothing here that you can see. Check the address.',
  // touches
  statement_expired: 'This page was open too long before the touch. Reload it and touch again.',
  statement_used: 'This touch was already used. Reload to see what it did.',
  statement_mismatch: 'What you signed no longer matches the server. Reload, read the terms again and touch.',
  touch_invalid: 'The key’s signature is not valid. Try again with a key that is enrolled here.',
  // states
  own_act: 'You proposed this yourself, and it takes two people. Ask another administrator to confirm it.',
  own_request: 'You cannot decide your own request. Send the link to an approver.',
  may_not_decide:
    'The policy does not name you as an approver of this request. Send the link to someone it names.',
  already_decided: 'This request was already decided. Reload to see the outcome.',
  no_longer_open: 'This request is no longer open. Make a new one.',
  conflict: 'Something changed in the meantime, so this was not done. Reload the page and try again.',
  not_running: 'This access has ended. Request it again.',
  already_started:
    'This access was already started in another browser. Use it there, or end it and request it again.',
  last_administrator: 'This would leave no administrator. Make someone else one first.',
  person_exists: 'That name is already taken. Choose another one.',
  // the server itself
  too_many: 'Too many requests. Wait a minute and try again.',
  log_unwritable:
    'The log cannot be written, so nothing new is allowed. Administrators find the reason under /readyz.',
  unreachable:
    'The Countersign server is not responding. Consoles behave as the policy says meanwhile. Try again in a moment.',
  internal:
    'Something went wrong on the server. Nothing was changed. Try again, and tell an administrator if it keeps happening.',
} as const;

export type Code = keyof typeof sentences;

/**
 * A refusal: thrown where a rule says no, mapped to a status at the edge. `field` names the offending input; `subject`
 * is the id of what was reached for, for the log and not for the caller.
 */
export class Refusal extends Error {
  readonly code: Code;
  readonly field: string | undefined;
  readonly subject: string | undefined;
  /** Seconds after which it is worth trying again, where that is known. */
  readonly retryAfter: number | undefined;

  constructor(
    code: Code,
    options: {
      field?: string;
      subject?: string;
      cause?: unknown;
      sentence?: string;
      retryAfter?: number;
    } = {},
  ) {
    super(options.sentence ?? sentences[code], { cause: options.cause });
    this.name = 'Refusal';
    this.code = code;
    this.field = options.field;
    this.subject = options.subject;
    this.retryAfter = options.retryAfter;
  }
}
