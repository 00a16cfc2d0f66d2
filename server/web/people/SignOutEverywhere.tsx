import { useState } from 'preact/hooks';
import { Banner, Button, Dialog, SafeText } from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import type { PersonView } from '#shared/domain/people/views.ts';
import { api, sentenceOf } from '../state/api.ts';
import { say } from '../state/toasts.ts';

/** Ends all sign-ins of somebody. It only closes, so it takes no touch. */
export function SignOutEverywhere({
  person,
  onClose,
  onDone,
}: {
  person: PersonView;
  onClose: () => void;
  onDone: () => void;
}) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>();
  const end = async (): Promise<void> => {
    setBusy(true);
    try {
      await api(wire.endSignInsOf, { params: { person: person.id }, body: {} });
      say(`${person.handle} is signed out everywhere.`);
      onDone();
      onClose();
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`Sign out ${person.handle} everywhere`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" busy={busy} onClick={() => void end()}>
            Sign out everywhere
          </Button>
        </>
      }
    >
      <p>
        Every page of Countersign that <SafeText text={person.handle} max={80} /> has open closes at once.
        Their keys, paired browsers and running sessions stay, and they can sign in again.
      </p>
      {problem !== undefined && <Banner kind="danger">{problem}</Banner>}
    </Dialog>
  );
}
