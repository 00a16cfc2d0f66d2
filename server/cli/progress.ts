/** Shows how far something is on one line of a terminal, at most ten times a second; nothing where there is none. */
export function progressTo(stream: NodeJS.WriteStream, what: string): (done: number, of: number) => void {
  if (!stream.isTTY) return () => undefined;
  let last = 0;
  return (done, of) => {
    const now = performance.now();
    if (now - last < 100 && done < of) return;
    last = now;
    stream.write(done < of ? `\r${done} of ${of} ${what}` : '\r\u001B[K');
  };
}
