import { utf8 } from '#shared/bytes.ts';
import type { Cut } from '#shared/domain/exports/entries.ts';
import type { Manifest } from '#shared/evidence/format.ts';

const about = (cut: Cut): string => {
  switch (cut.kind) {
    case 'all':
      return 'the whole log';
    case 'session':
      return `the session ${cut.session}`;
    case 'person':
      return `the person ${cut.person}`;
    case 'console':
      return `the console ${cut.console}`;
    case 'period':
      return `the time from ${new Date(cut.from).toISOString()} to ${new Date(cut.to).toISOString()}`;
  }
};

/** What a person reads who unpacks a bundle. */
export const readme = ({ log, cut, made, size, disclosed }: Manifest): Uint8Array<ArrayBuffer> =>
  utf8(`Countersign evidence: ${about(cut)}, of the log ${log}
Exported at ${new Date(made).toISOString()}. ${disclosed} of the log's ${size} entries are in here.

HOW TO CHECK IT

Do not unpack it. Check the ZIP file as you got it:

  - open the page verify.html and drop the ZIP file on it. The page works without a network. The one in this bundle
    came from whoever gave you the bundle: get it from somebody you trust, such as the Countersign repository, if it
    matters; or
  - in a clone of Countersign run: npx countersign verify <this file> --genesis <hash>

The genesis hash was printed when the log was set up, and the administrators keep it. It ties every key and every
person in here to the first administrator. With the log's key instead (--key), or with neither, the check still finds
every edit, and says that the people are as the server introduced them.

WHAT IS IN IT

  manifest.json    what this bundle contains
  checkpoint       the signed head of the log
  cosigned/        heads of the log that witnesses signed too: browsers of its people, and others outside
  entries/         the entries, each behind its number, exactly as they were hashed
  details/         the texts that entries commit to by hash: justifications, reasons, what was done in words
  tile/            hashes of all entries, also of those that are not in here (C2SP tlog-tiles)
  states/          what the entries add up to: requests, grants, sessions
  verify.html      the page that checks all this

docs/log-format.md of Countersign describes every file, so that you can write a verifier of your own.
`);
