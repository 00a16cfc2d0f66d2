import { useState } from 'preact/hooks';
import { newId } from '#shared/bytes.ts';
import { Banner, Button, Dialog, Skeleton, Stack, TextArea } from '#shared/ui/index.ts';
import { sentences } from '#shared/errors.ts';
import { isBlank } from '#shared/domain/blank.ts';
import { wire } from '#shared/wire/index.ts';
import { TouchPanel } from '../parts/TouchPanel.tsx';
import { count } from '../parts/words.ts';
import { api } from '../state/api.ts';
import { say } from '../state/toasts.ts';
import { useResource } from '../state/useResource.ts';
import { withSalt } from '#shared/wire/details.ts';
import { actStatement, erasureOf } from '../touch/statements.ts';
import { touchNow, useTouch } from '../touch/useTouch.ts';

/** Whose free text is meant: a session with all its requests, or one request. */
type Of = { session: string } | { request: string };

/** Proposes to erase the free text of something that is over; another administrator has to confirm it. */
export function Erase({ of, what }: { of: Of; what: 'session' | 'request' }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button icon="erase" onClick={() => setAsking(true)}>
        Erase free text
      </Button>
      {asking && <EraseDialog of={of} what={what} onClose={() => setAsking(false)} />}
    </>
  );
}

function EraseDialog({ of, what, onClose }: { of: Of; what: string; onClose: () => void }) {
  const found = useResource(JSON.stringify(of), () => api(wire.erasable, { query: of }));
  const [reason, setReason] = useState('');
  const [asked, setAsked] = useState(false);
  const touching = useTouch();
  const blank = isBlank(reason);
  const propose = (entries: readonly number[]): void => {
    setAsked(true);
    if (blank) return;
    const why = withSalt(reason.trim());
    const act = erasureOf(newId(), entries, why);
    void touching.run(async (signal) => {
      const touch = await touchNow((draft, by) => actStatement(draft, by, act), signal);
      await api(wire.proposeAct, { body: { touch, reason: why } });
      say('Proposed. Another administrator can confirm it in their inbox.');
      onClose();
    });
  };
  return (
    <Dialog
      title={`Erase the free text of this ${what}`}
      onClose={onClose}
      actions={<Button onClick={onClose}>Cancel</Button>}
    >
      {found.data === undefined ? (
        found.problem === undefined ? (
          <Skeleton lines={4} label="Looking for text" />
        ) : (
          <Banner kind="danger">{found.problem}</Banner>
        )
      ) : found.data.open ? (
        <Banner kind="warn">This {what} is still running. Its text can be erased once it has ended.</Banner>
      ) : found.data.texts === 0 ? (
        <Banner>There is no text left to erase.</Banner>
      ) : (
        <Stack>
          <Banner kind="warn" title={`${count(found.data.texts, 'text')} will be erased for good.`}>
            The justification, reasons, addresses and the description of every action, in{' '}
            {count(found.data.entries.length, 'entry', 'entries')} of the log. Who did what kind of thing and
            when stays on record, and the log still verifies. Backups keep the text until they are deleted.
            {found.data.more > 0 &&
              ` ${count(found.data.more, 'entry', 'entries')} more need another proposal.`}
          </Banner>
          <TextArea
            label="Reason"
            value={reason}
            onValue={setReason}
            max={500}
            rows={3}
            error={asked && blank ? sentences.reason_missing : undefined}
          />
          <TouchPanel
            touching={touching}
            idle="Your touch proposes this. Another administrator has one day to confirm."
            done="Proposed."
            action="Propose with your key"
            danger
            onTouch={() => propose(found.data?.entries ?? [])}
          />
        </Stack>
      )}
    </Dialog>
  );
}
