import { rules, worst, type ChangeClass, type Direction, type Kind, type Rule } from './rules.js';

/** One difference between two descriptions; what it means depends on the way that the schema travels. */
export interface Finding {
  readonly kind: Kind;
  /** Where in its operation or schema: `messages[].content`; empty for the whole. */
  readonly place: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  /** For one type in place of another: how they differ. */
  readonly inside?: readonly Finding[];
}

/** What a finding means in the worst of the directions that it travels, and why. */
export function consequenceOf(finding: Finding, travels: readonly Direction[]): Consequence {
  const all = travels.map((direction) => inDirection(finding, direction));
  const name = worst(...all.map((consequence) => consequence.class));
  return (
    all.find((consequence) => consequence.class === name) ?? {
      class: 'documentation',
      why: 'no operation uses it',
    }
  );
}

interface Consequence {
  readonly class: ChangeClass;
  readonly why: string;
}

function inDirection({ kind, inside = [] }: Finding, direction: Direction): Consequence {
  const all = inside.map((inner) => ({ inner, class: inDirection(inner, direction).class }));
  const name = worst(...all.map((consequence) => consequence.class));
  if (name !== 'documentation') {
    const most = all.filter((consequence) => consequence.class === name);
    const more = most.length > 3 ? `, and ${most.length - 3} more` : '';
    const shown = most.slice(0, 3).map(({ inner }) => sentenceOf(inner));
    return { class: name, why: `${shown.join(', ')}${more}` };
  }
  const rule: Rule = rules[kind];
  const [own, why] = 'always' in rule ? rule.always : rule[direction];
  return { class: own, why };
}

/** The finding as a sentence without its end: `` `seed` is a new required property (integer) ``. */
export function sentenceOf({ kind, place, before, after }: Finding): string {
  const filled: Record<string, string> = {
    place: place === '' ? 'it' : code(place),
    before: before ?? 'none',
    after: after ?? 'none',
  };
  return rules[kind].says.replaceAll(/\{(\w+)\}/g, (_, name: string) => filled[name]!);
}

/** Text of upstream's as code: on one line, whatever it holds. */
export const code = (text: string): string => `\`${oneLine(text).replaceAll('`', "'")}\``;

/** Without what would move a terminal's cursor or colour it. */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
