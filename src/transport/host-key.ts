import { ArgumentError } from '../errors/argument-error.js';

const hostName = /* @__PURE__ */ Symbol.for('mistral-sdk.host');

/** Options for the host of another company, which has its own keys. The mark survives a spread. */
export const forHost = <Options extends object>(name: string, options: Options): Options =>
  Object.assign(options, { [hostName]: name });

interface HasHost {
  readonly apiKey?: unknown;
  readonly baseURL?: unknown;
  readonly [hostName]?: string;
}

/**
 * Options removed from those of a host would default to Mistral's: the key of one company would be sent to the host of
 * another.
 *
 * @throws {ArgumentError} if the key or the base URL was removed.
 */
export function refuseMixedHosts(options: HasHost): void {
  const host = options[hostName];
  if (host === undefined) return;
  const missing = (['apiKey', 'baseURL'] as const).find((name) => (options[name] ?? undefined) === undefined);
  if (missing)
    throw new ArgumentError(
      `\`${missing}\` is missing in the options for ${host}; leave it as it was, or pass that of ${host}`,
    );
}

/** The environment's keys are Mistral's: in place of one, what refuses to send it to the host of another company. */
export const noEnvironmentKey = ({ [hostName]: host }: HasHost, option: string): (() => never) | undefined =>
  host === undefined
    ? undefined
    : () => {
        throw new ArgumentError(`This operation needs \`${option}\`, and the options for ${host} have none`);
      };
