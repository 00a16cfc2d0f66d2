import { Button, Card, Stack } from '#shared/ui/index.ts';
import type { Verification } from '#shared/verify/types.ts';
import { Findings } from './Findings.tsx';
import { useVerification } from './useVerification.ts';
import styles from './Findings.module.css';

/** The Verify button, the verdict, and what was checked. The work is done in this page, not by the server. */
export function VerifyPanel({ verify, what }: { verify: () => Verification; what: string }) {
  const { steps, verdict, run } = useVerification();
  const words = verdict === 'none' ? 'Verify' : verdict === 'running' ? 'Checking' : 'Verify again';
  return (
    <Card
      title="Verify"
      aside={
        <Button
          kind={verdict === 'none' ? 'primary' : 'secondary'}
          size="s"
          icon="shield"
          busy={verdict === 'running'}
          onClick={() => void run(verify)}
        >
          {words}
        </Button>
      }
    >
      <Stack gap={3}>
        {verdict === 'none' && <p class={styles['lead']}>{what}</p>}
        <Findings steps={steps} verdict={verdict} />
      </Stack>
    </Card>
  );
}
