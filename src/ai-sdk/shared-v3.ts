/** A JSON value, as the AI SDK types it. */
export type JsonValue = null | string | number | boolean | JsonFields | JsonValue[];

/** A JSON object, as the AI SDK types it. */
export type JsonFields = { [key: string]: JsonValue | undefined };

/** Options for providers, by the name of the provider: ours are under `mistral`. */
export type ProviderOptions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A setting of a call that had no effect, or another one than asked for. */
export type Warning =
  | { type: 'unsupported'; feature: string; details?: string }
  | { type: 'compatibility'; feature: string; details?: string }
  | { type: 'other'; message: string };

/** What the AI SDK gives to every call of every model. */
export interface ModelCall {
  readonly abortSignal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly providerOptions?: ProviderOptions | undefined;
}
