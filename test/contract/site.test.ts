import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

const site = mkdtempSync(join(tmpdir(), 'mistral-sdk-site-'));
const pages = new Map<string, string>();

beforeAll(() => {
  // Fails on a warning: a link in Markdown that leads nowhere, a name that is not documented.
  execFileSync('node', ['--import', 'tsx', 'scripts/docs.ts', site], { stdio: 'pipe' });
  for (const name of readdirSync(site, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.html')) pages.set(resolve(site, name), readFileSync(join(site, name), 'utf8'));
}, 600_000);

afterAll(() => rmSync(site, { recursive: true, force: true }));

test('the site has a page for every guide, decision and entry point', () => {
  const markdown = ['docs', 'docs/decisions'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => /^# (.+)$/m.exec(readFileSync(join(folder, name), 'utf8'))![1]!),
  );
  const titles = [...pages.values()].map((html) => /<title>(.+?) \| mistral-sdk<\/title>/.exec(html)?.[1]);

  expect(titles).toEqual(expect.arrayContaining(markdown.map(escapeHtml)));
  expect(titles).toEqual(expect.arrayContaining(['Methods', 'mistral-sdk', 'mistral-sdk/tools']));
});

test('every link of the site leads to a page, and to a place on it', () => {
  const lost: string[] = [];
  let links = 0;
  for (const [page, html] of pages) {
    for (const [, href] of html.matchAll(/<(?:a|link)\b[^>]*? href="([^"]*)"/g)) {
      if (/^(?:[a-z]+:|#$)/.test(href!)) continue;
      links++;
      const [path = '', anchor] = href!.replaceAll('&amp;', '&').split('#');
      const target = path === '' ? page : resolve(dirname(page), decodeURIComponent(path));
      const there = anchor ? hasAnchor(target, decodeURIComponent(anchor)) : existsSync(target);
      if (!there) lost.push(`${relative(site, page)} → ${href}`);
    }
  }

  expect(links).toBeGreaterThan(10_000);
  expect([...new Set(lost)]).toEqual([]);
});

test('can be searched, and follows the light and dark of the reader', () => {
  const home = pages.get(resolve(site, 'index.html'))!;

  expect(home).toContain('id="tsd-search-trigger"');
  expect(home).toContain('<option value="dark">');
  expect(existsSync(join(site, 'assets/search.js'))).toBe(true);
});

const anchors = new Map<string, ReadonlySet<string>>();

function hasAnchor(page: string, anchor: string): boolean {
  if (!anchors.has(page)) {
    const ids = [...(pages.get(page) ?? '').matchAll(/ id="([^"]*)"/g)];
    anchors.set(page, new Set(ids.map(([, id]) => id!)));
  }
  return anchors.get(page)!.has(anchor) || anchors.get(page)!.has(escapeHtml(anchor));
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll("'", '&#39;').replaceAll('<', '&lt;');
