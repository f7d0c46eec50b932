/** What is needed of a WebSocket; those of browsers, Node, Bun, Deno and Workers have it, and that of `ws`. */
export interface WebSocketLike {
  binaryType: string;
  /** Bytes that were sent and have not left yet. Workers do not know it. */
  readonly bufferedAmount?: number;
  send(data: string): void;
  close(code?: number): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code?: number; reason?: string }) => void): void;
  addEventListener(type: 'error', listener: (event: { error?: unknown; message?: string }) => void): void;
}

/**
 * A class of WebSockets that can send headers: that of Node 22 and later, Bun or Deno, or of the package `ws`. In browsers,
 * where it cannot, it is called with the subprotocols of a client token.
 */
export type WebSocketClass = new (
  url: string,
  // The classes type their options each in their own way; this is what all of them take.
  options: never,
) => object;

/** What the class is called with. */
export type WebSocketArgument = string[] | { readonly headers: Record<string, string> };
