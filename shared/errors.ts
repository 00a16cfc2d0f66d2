/**
 * Every way in which Countersign says no: a closed union of codes, each with the sentence a person reads.
 * A sentence says what happened and names the next step. The server maps codes to HTTP statuses
 * (`server/http/status.ts`); the pages show the sentence.
 */
export const sentences = {
  // input
  invalid_input:
    'Something in this request is not in the expected form. Check the marked field and try again.',
  too_large: 'This request is larger than the server accepts. Send less at once.',
  justification_missing: 'Say in a sentence why you need access; an empty justification is not accepted.',
  reason_missing: 'Say in a sentence why. It goes into the record, and whoever it is about can read it.',
  outside_policy: 'Policy does not let you ask for this. Choose one of the offered levels and durations.',
  unknown_console: 'No console by that name is in the policy. Reload to see the current list.',
  already_asked: 'You already have an open request for this console. Open it to wait, or withdraw it first.',
  already_open: 'You already hold a running grant for this console. Ask for more time instead.',
  // who is there
  signed_out: 'You are not signed in. Sign in with your key and try again.',
  wrong_origin: 'This request came from another site. Open Countersign itself and try again.',
  link_unknown:
    'This link is not known here. Open it whole, as you got it, or ask an administrator for a new one.',
  link_used:
    'This link was used already, or a newer one took its place. If you enrolled with it, sign in with your key. If you did not, tell an administrator: somebody else may have.',
  link_expired: 'This link has expired. Ask an administrator for a new one.',
  key_unknown:
    'This key is not enrolled here. Use a key you enrolled, or ask an administrator for an invitation.',
  key_exists: 'This key is enrolled already. Use another one.',
  key_last: 'This is the last key; removing it would lock the owner out. Enrol another one first.',
  key_needed: 'Adding a key takes a touch of one that is enrolled already. Sign in with it and try again.',
  key_cloned:
    'This key reported a use counter that went backwards which a copied key does. It was refused; tell an administrator.',
  browser_unknown: 'This browser is not paired, or its pairing was ended. Pair it again from the companion.',
  browser_suspended:
    'This browser sent two different records under one number, as a copied profile does. Pair it again.',
  proof_invalid: 'This browser could not prove itself. Pair it again from the companion.',
  proof_stale:
    'The proof was made with an old nonce. It is made again by itself; if this stays, restart the browser.',
  extension_outdated:
    'This extension is too old for the server. Update it, or ask whoever rolls it out; consoles stay shut until then.',
  server_outdated:
    'The server is too old for this extension. An administrator has to update it; consoles stay shut until then.',
  disabled: 'This person was disabled. An administrator can say why.',
  forbidden: 'Your role does not allow this. Ask an administrator if it should.',
  not_found: 'There is nothing here that you may see. Check the address.',
  // touches
  statement_expired: 'This page stood open too long before the touch. Reload it and touch again.',
  statement_used: 'This touch was used already. Reload to see what it did.',
  statement_mismatch:
    'What was signed is not what the server holds now. Reload, read the terms again and touch.',
  touch_invalid: 'The signature of the key did not hold. Try again with a key you enrolled.',
  // states
  own_act: 'You proposed this yourself, and it takes two. Send another administrator here.',
  own_request: 'Nobody decides on their own request. Send the link to somebody who may.',
  may_not_decide: 'Policy does not name you among those who decide this. Send the link to somebody it names.',
  already_decided: 'This request was decided already. Reload to see how.',
  no_longer_open: 'This request is no longer open. A new one is needed.',
  conflict: 'Something changed while you were doing this, so it was not done. Reload the page and try again.',
  not_running: 'This grant is not running any more. Ask again for a new one.',
  already_started: 'This grant was started already in a browser. Use it there, or end it and ask again.',
  last_administrator: 'This would leave nobody as administrator. Name another one first.',
  person_exists: 'Somebody goes by that name already. Choose another one.',
  // the server itself
  too_many: 'Too many requests from here. Wait a minute and try again.',
  log_unwritable:
    'The log cannot be written, so nothing new is allowed. An administrator finds the reason under /readyz.',
  unreachable: 'The Countersign server does not answer. Consoles stay as policy says; try again in a moment.',
  internal:
    'The server failed at this. Nothing was changed; try again, and tell an administrator if it stays.',
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
