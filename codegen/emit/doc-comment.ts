/** A TSDoc comment of the given paragraphs; text that would end the comment early is defused. */
export function docComment(paragraphs: readonly string[]): string {
  const lines = paragraphs
    .map((paragraph) => paragraph.trim().replaceAll('*/', '*\\/'))
    .filter((paragraph) => paragraph !== '')
    .join('\n\n')
    .split('\n');
  return ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'].join('\n');
}
