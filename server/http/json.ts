/** Deeper JSON is nobody's call. */
const MAX_DEPTH = 32;

const colon = /[ \t\n\r]*:/y;

/**
 * Reads the JSON of a call: each name once within its object, wherever it lies, so that no two readers can take it for
 * different things (case 49). Throws an Error with a sentence.
 */
export function parseStrictly(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error('The body is not JSON. Send application/json.', { cause });
  }
  mustBeStrict(text);
  return value;
}

/** The same rules over a text that is JSON. It goes through the text and not down a tree, so depth costs nothing. */
function mustBeStrict(text: string): void {
  /** What is open: the names of an object, or undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at += 1)
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
      case 0x5b: // [
        open.push(text[at] === '{' ? new Set() : undefined);
        if (open.length > MAX_DEPTH)
          throw new Error(`The body is nested more than ${MAX_DEPTH} levels deep. Send it flatter.`);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        break;
      case 0x22: {
        const end = endOfString(text, at);
        const names = open.at(-1);
        colon.lastIndex = end;
        if (names && colon.test(text)) takeName(String(JSON.parse(text.slice(at, end))), names);
        at = end - 1;
      }
    }
}

function takeName(name: string, names: Set<string>): void {
  if (name === '__proto__')
    throw new Error('The body has a member named __proto__, which nothing here takes. Leave it out.');
  if (names.has(name))
    throw new Error(`The body has "${name.slice(0, 60)}" twice in one object. Send each member once.`);
  names.add(name);
}

/** Where the string that begins at `start` is over. */
function endOfString(text: string, start: number): number {
  for (let at = start; ;) {
    at = text.indexOf('"', at + 1);
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
}
