import { pages } from './pages.ts';
import type { HarbourPage } from './pages.ts';

const links = pages
  .filter((page) => page.nav !== undefined)
  .map((page) => ({ path: page.path, nav: page.nav }));

/** A whole page of Harbour. Nothing in it comes from a request. */
export function render(page: HarbourPage): string {
  const nav = links
    .map(({ path, nav }) => `<a href="${path}"${path === page.path ? ' aria-current="page"' : ''}>${nav}</a>`)
    .join('\n');
  const scripts = ['app.js', ...(page.scripts ?? [])]
    .map((name) => `<script src="/site/${name}"></script>`)
    .join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title} · Harbour</title>
<link rel="stylesheet" href="/site/style.css">
<link rel="icon" href="/pixel.svg">
<header><svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8"><circle cx="11" cy="4.5" r="2"/><path d="M11 6.5V19M4 12c0 4 3 7 7 7s7-3 7-7M7.5 9.5h7"/></svg>
<b>Harbour</b><span>payments · production</span></header>
<nav aria-label="Harbour"><h2>Broker</h2>
${nav}</nav>
<main><h1>${page.title}</h1><p>${page.lead}</p>
${page.body}</main>
${scripts}
</html>`;
}
