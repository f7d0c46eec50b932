import { z } from 'zod';

/** What a handler gets of a request, whichever package serves it. */
export interface ServedRequest {
  readonly signal: AbortSignal;
  readonly progressToken: string | number | undefined;
  notify(notification: { method: string; params?: Record<string, unknown> }): Promise<void>;
}

/** A tool of the servers that tests start, with its handler. */
export interface ServedTool {
  readonly name: string;
  readonly config: {
    readonly description: string;
    readonly inputSchema: z.ZodObject;
    readonly outputSchema?: z.ZodObject;
    readonly annotations?: { readonly readOnlyHint?: boolean };
  };
  run(args: Record<string, unknown>, request: ServedRequest): Promise<ServedResult>;
}

type ServedResult = {
  content: (
    | { type: 'text'; text: string }
    | { type: 'image'; data: string; mimeType: string }
    | { type: 'resource'; resource: { uri: string; text: string; mimeType: string } }
  )[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
};

const text = (said: string): ServedResult => ({ content: [{ type: 'text', text: said }] });

/** What the tools remember between requests, of which each may have a server of its own. */
export class ServerMemory {
  canSing = false;
  readonly cancelled: Promise<void>;
  tellCancelled = () => {};

  constructor() {
    this.cancelled = new Promise((resolve) => (this.tellCancelled = resolve));
  }
}

/** The tools of a server, now. */
export const toolsToServe = (memory: ServerMemory): ServedTool[] => [
  {
    name: 'greet',
    config: {
      description: 'Greets somebody',
      inputSchema: z.object({ name: z.string() }),
      annotations: { readOnlyHint: true },
    },
    run: async ({ name }) => text(`Hello ${String(name)}`),
  },
  {
    name: 'files.read',
    config: { description: 'Reads a file', inputSchema: z.object({ path: z.string() }) },
    run: async ({ path }) =>
      path === 'a.md'
        ? {
            content: [
              { type: 'resource', resource: { uri: 'file:///a.md', text: '# A', mimeType: 'text/markdown' } },
            ],
          }
        : { ...text(`No such file: ${String(path)}`), isError: true },
  },
  {
    name: 'picture',
    config: { description: 'Takes a picture', inputSchema: z.object({}) },
    run: async () => ({
      content: [
        { type: 'text', text: 'A dot' },
        { type: 'image', data: 'iVBORw0KGgo=', mimeType: 'image/png' },
      ],
    }),
  },
  {
    name: 'weather',
    config: {
      description: 'The weather',
      inputSchema: z.object({}),
      outputSchema: z.object({ celsius: z.number() }),
    },
    run: async () => ({ ...text('{"celsius":21}'), structuredContent: { celsius: 21 } }),
  },
  {
    name: 'wait',
    config: { description: 'Waits until it is cancelled', inputSchema: z.object({}) },
    async run(_, { signal, notify, progressToken }) {
      const cancelled = new Promise<void>((resolve) =>
        signal.addEventListener('abort', () => resolve(), { once: true }),
      );
      if (progressToken !== undefined)
        await notify({
          method: 'notifications/progress',
          params: { progressToken, progress: 1, total: 2, message: 'Half of it' },
        });
      await cancelled;
      memory.tellCancelled();
      return text('Cancelled');
    },
  },
  {
    name: 'was_cancelled',
    config: { description: 'Tells that `wait` was cancelled, once it is', inputSchema: z.object({}) },
    run: async () => {
      await memory.cancelled;
      return text('Yes');
    },
  },
  {
    name: 'learn',
    config: { description: 'Adds the tool `sing`', inputSchema: z.object({}) },
    async run(_, { notify }) {
      memory.canSing = true;
      await notify({ method: 'notifications/tools/list_changed' });
      return text('Learned');
    },
  },
  ...(memory.canSing
    ? [
        {
          name: 'sing',
          config: { description: 'Sings', inputSchema: z.object({}) },
          run: async () => text('La'),
        },
      ]
    : []),
];
