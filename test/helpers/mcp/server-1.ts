import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

import { toolsToServe, type ServerMemory } from './tools-to-serve.js';

/** A server of `@modelcontextprotocol/sdk` 1.x. It lists anew what it can each time. */
export function createServer1(memory: ServerMemory): McpServer {
  const server = new McpServer(
    { name: 'first', version: '1.0.0' },
    { capabilities: { tools: { listChanged: true } } },
  );
  const served = new Set<string>();
  const serve = () => {
    for (const { name, config, run } of toolsToServe(memory)) {
      if (served.has(name)) continue;
      served.add(name);
      server.registerTool(
        name,
        config,
        async (args: Record<string, unknown>, { signal, sendNotification, _meta: meta }) => {
          const result = await run(args, {
            signal,
            progressToken: meta?.progressToken,
            // Notifications of the server, which the package knows by their methods.
            notify: (notification) => sendNotification(notification as never),
          });
          serve();
          return result;
        },
      );
    }
  };
  serve();
  return server;
}
