import { describe, expect, test } from 'vitest';

import type { JsonObject, JsonValue } from '../../../../codegen/description/json.js';
import { applyOverlay } from '../../../../codegen/overlay/apply.js';
import type { Action, Change, Overlay } from '../../../../codegen/overlay/overlay.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { failureOf } from '../../../helpers/failure-of.js';

const file = 'overlays/10-test.overlay.yaml';
const description = 'Repairs it. Goes with the test.';
const title = action('$.info.title', { kind: 'update', value: 'Lightships' });

function action(target: string, change: Change, rules: Partial<Action> = {}): Action {
  return { target, description, change, expect: undefined, optional: false, until: undefined, ...rules };
}

const overlay = (...actions: Action[]): Overlay => ({
  file,
  title: 'For a test',
  generatorsOnly: false,
  actions,
});

const update = (value: JsonValue): Change => ({ kind: 'update', value });
const copy = (source: string): Change => ({ kind: 'copy', source });
const remove: Change = { kind: 'remove' };

const lighthouses = (): JsonObject => ({
  openapi: '3.1.0',
  info: { title: 'Lighthouses', version: '1.0.0', contact: { name: 'The keeper' } },
  tags: [{ name: 'coast' }, { name: 'island' }],
  paths: {},
});

/** The message that the second of two actions fails with. */
async function messageOf(faulty: Action, document: JsonValue = lighthouses()): Promise<string> {
  const failure = await failureOf(() => applyOverlay(document, overlay(title, faulty)));
  expect(failure).toBeInstanceOf(PipelineError);
  return (failure as PipelineError).message;
}

test('applies in place, and counts the actions that changed something', () => {
  const document = lighthouses();

  const applied = applyOverlay(
    document,
    overlay(
      title,
      action('$.tags[*]', remove, { expect: 2 }),
      action('$.servers', remove, { optional: true }),
    ),
  );

  expect(applied).toBe(2);
  expect(document).toEqual({
    ...lighthouses(),
    info: { title: 'Lightships', version: '1.0.0', contact: { name: 'The keeper' } },
    tags: [],
  });
});

test('leaves the overlay as it was, so that it can be applied again', () => {
  const first = lighthouses();
  const second = lighthouses();
  const tags = overlay(
    action('$.tags', update([{ name: 'sea' }])),
    action('$.tags[2]', update({ name: 'ocean' })),
    action('$', update({ components: { schemas: {} } })),
    action('$.components.schemas', update({ Light: {} })),
  );

  applyOverlay(first, tags);
  applyOverlay(second, tags);

  expect(second).toEqual(first);
  expect(tags.actions[0]!.change).toEqual(update([{ name: 'sea' }]));
});

test('an update that does not fit one of the nodes that it selects changes none of them', async () => {
  const document = { ...lighthouses(), lamps: [{ oil: { price: 1 } }, { oil: 'whale' }] };

  const message = await messageOf(action('$.lamps[*]', update({ lit: true, oil: { price: 2 } })), document);

  expect(message).toContain("Cannot put an object over a string at …['1']['oil'].");
  expect(document.lamps).toEqual([{ oil: { price: 1 } }, { oil: 'whale' }]);
});

describe('stops with file, number, description, target and advice', () => {
  test.each<[string, Action, RegExp]>([
    [
      'nothing matches',
      action('$.servers', remove),
      /Matches nothing.*delete the action.*correct the target.*`x-optional: true`/,
    ],
    ['nothing matches an update', action('$.info.license', update({})), /Matches nothing/],
    [
      'fewer match than expected',
      action('$.tags[*]', remove, { expect: 3 }),
      /Matches 2 nodes where x-expect says 3.*correct the target/,
    ],
    [
      'more match than expected',
      action('$.tags[*]', remove, { expect: 1 }),
      /Matches 2 nodes where x-expect says 1.*or the count/,
    ],
    [
      'none match where some are expected',
      action('$.servers', remove, { expect: 1 }),
      /Matches 0 nodes where x-expect says 1/,
    ],
    [
      'the target is no JSONPath',
      action('$.tags[', remove),
      /`target` is no JSONPath \(RFC 9535\): \$\.tags\[.*\b[Cc]orrect/s,
    ],
    [
      'the target is no JSONPath, though optional',
      action('info', remove, { optional: true }),
      /`target` is no JSONPath/,
    ],
    ['a name in the target lacks its quotes', action('$.x-list', remove), /`target` is no JSONPath.*x-list/],
    [
      'the source of a copy is no JSONPath',
      action('$.tags', copy('$.tags[0')),
      /`copy` is no JSONPath \(RFC 9535\): \$\.tags\[0.*\b[Cc]orrect/s,
    ],
    [
      'there is nothing to copy',
      action('$.tags', copy('$.servers')),
      /`copy` must select exactly one node, and \$\.servers selects 0/,
    ],
    [
      'there are two nodes to copy',
      action('$.tags', copy('$.tags[*]')),
      /`copy` must select exactly one node, and \$\.tags\[\*\] selects 2/,
    ],
    [
      'the root is to go',
      action('$', remove),
      /root.*cannot be removed.*\b(Remove|remove|Target|target|Select|select)\b/s,
    ],
    [
      'objects and arrays are selected together',
      action('$[?@.title || @[0]]', update({ name: 'x' })),
      /(objects|arrays|kind)/,
    ],
  ])('when %s', async (_, faulty, reason) => {
    const message = await messageOf(faulty);

    expect(message).toContain(`${file}: action 2 (${description})\n  target: ${faulty.target}\n`);
    expect(message).toMatch(reason);
  });

  test.each<[string, Action, string, string]>([
    [
      'a string over an object',
      action('$.info', update('x')),
      'Cannot put a string over an object',
      "…['info']",
    ],
    ['null over an object', action('$.info', update(null)), 'Cannot put null over an object', "…['info']"],
    [
      'an array over an object',
      action('$.info', update([])),
      'Cannot put an array over an object',
      "…['info']",
    ],
    [
      'an object over a string',
      action('$.openapi', update({})),
      'Cannot put an object over a string',
      "…['openapi']",
    ],
    [
      'an array over a string',
      action('$.openapi', update([])),
      'Cannot put an array over a string',
      "…['openapi']",
    ],
    ['a number over the root', action('$', update(1)), 'Cannot put a number over an object', '$'],
    ['an array over the root', action('$', update([])), 'Cannot put an array over an object', '$'],
    [
      'an object over an array inside',
      action('$', update({ tags: {} })),
      'Cannot put an object over an array',
      "$['tags']",
    ],
    [
      'a string over an array inside',
      action('$', update({ tags: 'sea' })),
      'Cannot put a string over an array',
      "$['tags']",
    ],
    [
      'a string over an object inside',
      action('$', update({ info: { contact: 'x' } })),
      'Cannot put a string over an object',
      "$['info']['contact']",
    ],
    [
      'an object over a string inside',
      action('$.info', update({ contact: { name: {} } })),
      'Cannot put an object over a string',
      "…['info']['contact']['name']",
    ],
    [
      'a copied array over an object',
      action('$.info', copy('$.tags')),
      'Cannot put an array over an object',
      "…['info']",
    ],
    [
      'a copied string over an object',
      action('$.info', copy('$.openapi')),
      'Cannot put a string over an object',
      "…['info']",
    ],
  ])('when it would put %s', async (_, faulty, reason, place) => {
    const message = await messageOf(faulty);

    expect(message).toContain(`${file}: action 2 (${description})\n  target: ${faulty.target}\n`);
    expect(message).toContain(`${reason} at ${place}. Remove it first, in an action of its own.`);
  });
});

test('an item of the list is named by its index when the kinds differ', async () => {
  expect(await messageOf(action('$.tags[1]', update('sea')))).toContain("over an object at …['1']");
});
