import { useState } from 'preact/hooks';
import { Button, ConfirmDialog, SafeText } from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import { api, sentenceOf } from '../state/api.ts';
import { say } from '../state/toasts.ts';
import { withSalt } from '#shared/wire/details.ts';

/** Ends somebody's access at once. It needs a reason and no touch: closing is the safe direction. */
export function Revoke({
  grant,
  who,
  size = 'm',
  onRevoked,
}: {
  grant: GrantView;
  who: string;
  size?: 's' | 'm';
  onRevoked: () => void;
}) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>();
  const revoke = async (reason: string): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await api(wire.revoke, { params: { grant: grant.id }, body: { reason: withSalt(reason) } });
      setAsking(false);
      say('Revoked. The browser has been told to close the console.');
      onRevoked();
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button kind="danger" size={size} icon="lock" onClick={() => setAsking(true)}>
        Revoke
      </Button>
      {asking && (
        <ConfirmDialog
          title="Revoke this access"
          confirm="Revoke now"
          busy={busy}
          error={problem}
          onConfirm={(reason) => void revoke(reason)}
          onClose={() => setAsking(false)}
        >
          <p>
            <SafeText text={grant.console.name} max={80} /> closes for <SafeText text={who} max={80} /> within
            a second, in every tab. Unsaved work there is lost.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
