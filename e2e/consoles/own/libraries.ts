import { fileURLToPath } from 'node:url';

/** Editors as their makers publish them, by the address behind `/library/` that Harbour serves them at. */
const files: Record<string, string> = {
  'codemirror5.js': import.meta.resolve('codemirror5/lib/codemirror.js'),
  'codemirror5.css': import.meta.resolve('codemirror5/lib/codemirror.css'),
  'quill.js': import.meta.resolve('quill/dist/quill.js'),
  'quill.css': import.meta.resolve('quill/dist/quill.snow.css'),
  'xterm.js': import.meta.resolve('@xterm/xterm/lib/xterm.js'),
  'xterm.css': import.meta.resolve('@xterm/xterm/css/xterm.css'),
};

const view = import.meta.resolve('@codemirror/view');
/** CodeMirror 6, and what it imports, by the names that its modules use. */
const modules: Record<string, string> = {
  '@codemirror/view': view,
  '@codemirror/state': import.meta.resolve('@codemirror/state'),
  '@marijn/find-cluster-break': new URL('../../../@marijn/find-cluster-break/src/index.js', view).href,
  crelt: new URL('../../../crelt/index.js', view).href,
  'style-mod': new URL('../../../style-mod/src/style-mod.js', view).href,
  'w3c-keyname': new URL('../../../w3c-keyname/index.js', view).href,
};

export const importMap = `<script type="importmap">${JSON.stringify({
  imports: Object.fromEntries(Object.keys(modules).map((name) => [name, `/library/${name}`])),
})}</script>`;

/** Where the file of an address lies; undefined where it is no library's. */
export function libraryFile(pathname: string): string | undefined {
  const name = /^\/library\/(.+)$/.exec(pathname)?.[1] ?? '';
  const file = files[name] ?? modules[name];
  return file === undefined ? undefined : fileURLToPath(file);
}
