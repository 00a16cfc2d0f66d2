import { useEffect, useRef, useState } from 'preact/hooks';
import { sayDuration } from '#shared/policy/duration.ts';
import { Banner, Button, Icon, RadioCards, Stack, TextArea, TextField } from '#shared/ui/index.ts';
import type { Offer } from '#shared/domain/consoles/views.ts';
import {
  atLevel,
  durationsOf,
  faultsOf,
  keptTo,
  levelsOf,
  MAX_LENGTH,
  offerOf,
  type RequestDraft,
} from './draft.ts';
import { levels, sayDecides } from './words.ts';
import styles from './pages.module.css';

/** Why an ask was refused, at a field or for the whole form. */
interface AskFailure {
  sentence: string;
  field: string | undefined;
}

/**
 * What a person writes to ask for access, or for more time. Only levels and durations that policy offers can be
 * chosen; what was typed stays whatever happens.
 */
export function RequestForm({
  offers,
  before,
  recorded,
  more = false,
  busy,
  failure,
  onAsk,
}: {
  offers: readonly Offer[];
  /** What stands in it at first; nothing is written yet where there is none. */
  before?: RequestDraft | undefined;
  /** A few words on what will be recorded. */
  recorded: string;
  more?: boolean;
  busy: boolean;
  failure: AskFailure | undefined;
  onAsk: (draft: RequestDraft) => void;
}) {
  const [written, setWritten] = useState<RequestDraft | undefined>(before);
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const draft = keptTo(written, offers);
  useEffect(() => {
    if (tried) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [tried]);
  if (!draft) return null;

  const offer = offerOf(offers, draft);
  const faults = tried ? faultsOf(draft) : {};
  const ask = (event: Event): void => {
    // A script can press, but not as a person does (case 35).
    if (!event.isTrusted || busy) return;
    setTried(false);
    if (Object.keys(faultsOf(draft)).length > 0) requestAnimationFrame(() => setTried(true));
    else onAsk(draft);
  };
  const at = (field: string): string | undefined => (failure?.field === field ? failure.sentence : undefined);
  const whole = failure && at('justification') === undefined && at('ticket') === undefined;

  return (
    <form
      ref={form}
      noValidate
      aria-label={more ? 'Request an extension' : 'Request access'}
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) ask(event);
      }}
    >
      <Stack gap={4}>
        {!more && (
          <RadioCards
            legend="Access level"
            value={draft.level}
            options={levelsOf(offers).map((level) => ({ value: level, ...levels[level] }))}
            onValue={(level) => setWritten(atLevel(draft, offers, level))}
          />
        )}
        <RadioCards
          compact
          legend={more ? 'Extend by' : 'Duration'}
          value={String(draft.seconds)}
          options={durationsOf(offers, draft.level).map((seconds) => ({
            value: String(seconds),
            label: sayDuration(seconds),
          }))}
          onValue={(seconds) => setWritten({ ...draft, seconds: Number(seconds) })}
        />
        <TextArea
          label="Justification"
          hint="Approvers read this first. It is kept in the log."
          value={draft.justification}
          onValue={(justification) => setWritten({ ...draft, justification })}
          max={MAX_LENGTH.justification}
          rows={2}
          error={faults.justification ?? at('justification')}
          autoFocus
        />
        <TextField
          label="Ticket or incident"
          optional
          value={draft.ticket}
          onValue={(ticket) => setWritten({ ...draft, ticket })}
          error={faults.ticket ?? at('ticket')}
          autoComplete="off"
        />
        <ul class={styles['notes']}>
          <li>
            <Icon name="log" />
            <span>
              <b>Recorded:</b> {recorded}
            </span>
          </li>
          <li>
            <Icon name={offer?.decides === 'nobody' ? 'key' : 'users'} />
            <span>{sayDecides(offer?.decides ?? 'nobody')}</span>
          </li>
        </ul>
        {whole && (
          <Banner kind="danger" live>
            {failure.sentence}
          </Banner>
        )}
        <div class={styles['send']}>
          <Button kind="primary" size="l" busy={busy} onClick={ask}>
            {more ? 'Request extension' : 'Request access'}
          </Button>
          <span class={styles['keys']}>
            <kbd>Ctrl</kbd> <kbd>Enter</kbd>
          </span>
        </div>
      </Stack>
    </form>
  );
}
