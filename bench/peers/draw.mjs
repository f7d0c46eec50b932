import { parse, View } from 'vega';
import { compile } from 'vega-lite';

/**
 * Draws ratios as dots on lines that hold the middle half of them.
 *
 * @param {object[]} values - `work`, `contender`, `ratio`, `lower` and `upper` of each
 * @returns {Promise<string>} SVG
 */
export async function drawRatios(values) {
  const y = { field: 'work', type: 'nominal', sort: null, title: null, axis: { labelLimit: 400 } };
  const offset = { field: 'contender', sort: null };
  const color = {
    field: 'contender',
    type: 'nominal',
    sort: null,
    title: null,
    legend: { orient: 'top', columns: 3, labelLimit: 240 },
  };
  const x = {
    type: 'quantitative',
    scale: { type: 'log' },
    title: 'times what the first of the table takes',
  };
  const { spec } = compile({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    width: 480,
    height: { step: 10 },
    data: { values },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { y, yOffset: offset, color, x: { ...x, field: 'lower' }, x2: { field: 'upper' } },
      },
      {
        mark: { type: 'point', filled: true, size: 50 },
        encoding: { y, yOffset: offset, color, x: { ...x, field: 'ratio' } },
      },
      { mark: { type: 'rule', strokeDash: [4, 4], color: '#888' }, encoding: { x: { datum: 1 } } },
    ],
  });
  return new View(parse(spec), { renderer: 'none' }).toSVG();
}

/**
 * Draws sizes as lines over the number of operations, each from what it was with the fewest.
 *
 * @param {object[]} values - `operations`, `what` and `times` of each
 * @returns {Promise<string>} SVG
 */
export async function drawScale(values) {
  const { spec } = compile({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    width: 480,
    height: 300,
    data: { values },
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'operations', type: 'quantitative', title: 'operations', scale: { zero: true } },
      y: {
        field: 'times',
        type: 'quantitative',
        title: 'times the size with the fewest',
        scale: { zero: true },
      },
      color: {
        field: 'what',
        type: 'nominal',
        sort: null,
        title: null,
        legend: { orient: 'top', columns: 2, labelLimit: 240 },
      },
    },
  });
  return new View(parse(spec), { renderer: 'none' }).toSVG();
}
