import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

import { format } from 'prettier';

import type { Figure, Result } from './compare.js';
import { works, type Work, type WorkName } from './works.js';

const folder = new URL('../docs/performance/', import.meta.url);
const page = new URL('../docs/performance.md', import.meta.url);

export function print({ work, figures }: Result): void {
  const { title, unit, rounds, measure, aim }: Work = works[work];
  console.log(`\n${work}: ${title}; ${rounds} rounds, on Node ${process.versions.node}; aim ${aim}`);
  const rows = figures.map((figure) => [
    figure.contender,
    {
      [`${measure}, µs ${measure === 'CPU' ? `a ${unit}` : ''}`]: figure.time.toFixed(2),
      ...ratioOf(figure),
    },
  ]);
  console.table(Object.fromEntries(rows));
}

const ratioOf = ({ ratio, lower, upper }: Figure) => ({
  'ratio to the first': ratio.toFixed(2),
  'middle half of the ratios': `${lower.toFixed(2)} to ${upper.toFixed(2)}`,
});

/** Writes the tables into docs/performance.md, and the chart next to it. Works that were not measured keep their figures. */
export async function save(measured: readonly Result[]): Promise<void> {
  const file = new URL('results.json', folder);
  const earlier = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result[]) : [];
  const all = new Map([...earlier, ...measured].map((result) => [result.work, result]));
  const results = Object.keys(works).flatMap((work) => all.get(work as WorkName) ?? []);
  const text = readFileSync(page, 'utf8').replace(
    /(<!-- bench -->\n).*(<!-- end of bench -->)/s,
    (_, before: string, after: string) => `${before}\n${tableOf(results)}\n${after}`,
  );
  writeFileSync(page, await format(text, { parser: 'markdown', printWidth: 140, proseWrap: 'preserve' }));
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
  const dots = results.flatMap(({ work, figures }) =>
    figures.slice(1).map((figure) => ({ work: works[work].title, ...figure })),
  );
  // Installed with the peers.
  const { drawRatios } = await import('./peers/draw.mjs');
  writeFileSync(new URL('ratios.svg', folder), await drawRatios(dots));
}

function tableOf(results: readonly Result[]): string {
  const names = [...new Set(results.flatMap(({ figures }) => figures.map(({ contender }) => contender)))];
  const rows = results.map(({ work, figures }) => {
    const cells = names.map((name) => cellOf(figures.find(({ contender }) => contender === name)));
    return `| \`${work}\`: ${works[work].title} | ${works[work].aim} | ${cells.join(' | ')} |`;
  });
  const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'a processor'}`;
  return [
    `| work | aim | ${names.join(' | ')} |`,
    `|${'--|'.repeat(names.length + 2)}`,
    ...rows,
    '',
    `On ${new Date().toISOString().slice(0, 10)}: ${machine}.`,
    '',
  ].join('\n');
}

const cellOf = (figure: Figure | undefined): string =>
  figure ? `${figure.ratio.toFixed(2)} (${figure.lower.toFixed(2)}–${figure.upper.toFixed(2)})` : '–';
