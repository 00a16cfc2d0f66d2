import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Countersign runs its TypeScript as it stands, which takes Node 24; many machines still have Node 20 on PATH.
 * So each program that people start is a plain .mjs that asks here first. This file must run on any Node.
 *
 * True: this is Node 24 or newer, go on. False: either the program runs again under the Node 24 that
 * `npm install` put beside it, or a sentence was printed and the exit code is 1; do nothing more.
 *
 * @param {string} program the `import.meta.url` of the program
 */
export function isNode24(program) {
  if (Number.parseInt(process.versions.node, 10) >= 24) {
    // What one start compiled serves the next, in a third less of the processor's time. Where the folder cannot be
    // written nothing is kept. It is not the system's temporary folder, where others could put code in place of ours.
    module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/countersign', import.meta.url)));
    return true;
  }
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const binary = fileURLToPath(new URL(`../node_modules/node/bin/${name}`, import.meta.url));
  // The mark ends a loop that a wrong binary in that place would make.
  if (existsSync(binary) && process.env.COUNTERSIGN_NODE !== 'tried') {
    again(binary, fileURLToPath(program));
    return false;
  }
  console.error(
    `Countersign needs Node 24 or newer and this is Node ${process.versions.node}: ` +
      'run `npm install` in its folder, without --ignore-scripts, which puts Node 24 beside it, and start it again.',
  );
  process.exitCode = 1;
  return false;
}

/** Runs the program with another Node as if it were this process: same words, same screen, same signals, same end. */
function again(binary, program) {
  const child = spawn(binary, [program, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, COUNTERSIGN_NODE: 'tried' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code === null ? 1 : code));
}
