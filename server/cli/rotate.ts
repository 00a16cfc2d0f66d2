import { Command } from 'commander';
import { fingerprint, parseVkey } from '#shared/log/note/keys.ts';
import { fromBase64url } from '#shared/bytes.ts';
import { logKey, makeNextKey } from '../log/index.ts';
import { dataFolder, placeOfServer } from './folder.ts';
import { complain, messageOf, print, printJson } from './print.ts';

/** `countersign log rotate`; exit code 1 where no keys were made. */
export function rotateCommand(): Command {
  return new Command('rotate')
    .description(
      'Create the next log key and lease key. Two administrators then approve the rotation in the companion. The server can keep running.',
    )
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      try {
        const folder = dataFolder();
        const log = placeOfServer(folder);
        const used = [parseVkey(log.logKey).publicKey];
        const signer = await makeNextKey(folder, 'log.key', 'next', used);
        await makeNextKey(folder, 'lease.key', 'next', [fromBase64url(log.leaseKey)]);
        const next = logKey(log.origin, signer).vkey;
        const { held, path } = signer;
        if (options.json) printJson({ logKey: next, fingerprint: fingerprint(next), held });
        else
          print(
            [
              `The next log key is ready${path === undefined ? `, held by the ${held}` : ` in ${path}`}. Its fingerprint is`,
              '',
              `  ${fingerprint(next)}`,
              '',
              `Two administrators now approve the rotation: one proposes it under Log, ${log.webOrigin}/log,`,
              'the other confirms it in the inbox. Each compares the fingerprint. Nothing changes until then. After that, the',
              'current key is destroyed here, and browsers switch to the new one on their own.',
            ].join('\n'),
          );
      } catch (error) {
        complain(messageOf(error));
        process.exitCode = 1;
      }
    });
}
