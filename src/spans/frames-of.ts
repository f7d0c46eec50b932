/** Whether stacks of this runtime start with the name and the message. */
const hasHead = /* @__PURE__ */ (() => new Error('probe').stack?.includes('probe') ?? false)();

const frame = /^\s+at .*(?::\d+:\d+|<anonymous>|native)\)?$/;
const headlessFrame = /^[^\s@]*@\S*:\d+:\d+$/;

/**
 * The frames of an error's stack, without its message, whose lines may look like frames. Empty if the end of the message is
 * unknown, for example since it was changed later.
 */
export function framesOf(error: unknown): readonly string[] {
  try {
    return error instanceof Error ? framesIn(error.stack, error.message) : [];
  } catch {
    // Reading a foreign error may throw.
    return [];
  }
}

function framesIn(stack: unknown, message: string): readonly string[] {
  if (typeof stack !== 'string') return [];
  if (!hasHead) return stack.split('\n').filter((line) => headlessFrame.test(line));
  // Without a message, the first line is the name, and not an earlier message.
  const name =
    message === '' ? /^[\w$]+(?=\n)/.exec(stack)?.[0] : stack.slice(0, Math.max(0, stack.indexOf(message)));
  if (!name || name.includes('\n')) return [];
  const [rest, ...lines] = stack.slice(name.length + message.length).split('\n');
  const end = lines.findIndex((line) => !frame.test(line));
  return rest === '' ? lines.slice(0, end === -1 ? undefined : end) : [];
}
