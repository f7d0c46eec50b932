import type { Leaning } from './mentions.js';
import type { ChangeClass, Direction, Kind } from './rules.js';

/** An action of an overlay that a description no longer fits, or that matches in another number of places. */
export interface FailedAction {
  readonly file: string;
  /** From 1, as in the messages of `npm run codegen`. */
  readonly action: number;
  readonly description: string;
  readonly target: string;
  readonly reason: string;
}

/** How one description differs from another: the report as data, as `--json` writes it. */
export interface Drift {
  /** Goes up when a reader of this shape would have to change. */
  readonly formatVersion: 1;
  /** The worst class that there is. */
  readonly verdict: ChangeClass | 'none';
  /** The names of the two descriptions: files or URLs. */
  readonly vendored: string;
  readonly upstream: string;
  readonly counts: Readonly<Record<ChangeClass, number>>;
  /** What differs: the document itself, then operations, then schemas. */
  readonly subjects: readonly Subject[];
  /** Actions of overlays that no longer match. */
  readonly overlays: readonly FailedAction[];
  /** Methods that return one response today, and would return pages of a list. */
  readonly becomingPages: readonly string[];
  /** Operations that no overlay gives a name. */
  readonly unnamed: readonly UnnamedOperation[];
  readonly methods: {
    readonly removed: readonly string[];
    readonly changed: readonly Affected[];
  };
  /** Of what `mistral-sdk` exports. */
  readonly types: {
    /** The new schemas; what is exported of them, the names of their operations decide. */
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly renamed: readonly { readonly from: string; readonly to: string }[];
    readonly changed: readonly Affected[];
  };
  /** Files of the repository that name methods and types that are gone. */
  readonly leaning: readonly Leaning[];
}

export interface Subject {
  readonly type: 'document' | 'operation' | 'schema';
  /** `POST /v1/files`, or the name of the schema, both as they were before. */
  readonly name: string;
  /** The methods that the operation is; or those that use the schema, or the routes where they have no name. */
  readonly methods: readonly string[];
  readonly requestsOf: readonly string[];
  readonly responsesOf: readonly string[];
  /** Whether no operation uses it, and our overlays do. */
  readonly isOfOverlays: boolean;
  readonly changes: readonly Change[];
}

export interface Change {
  readonly class: ChangeClass;
  readonly kind: Kind;
  readonly place: string;
  /** What it means in each way that it travels; `class` is the worst. */
  readonly directions: Readonly<Partial<Record<Direction, ChangeClass>>>;
  readonly sentence: string;
  /** Why it has its class; empty where that goes without saying. */
  readonly why: string;
  readonly before?: string;
  readonly after?: string;
}

/** A method or type that changes for the people who use it. */
export interface Affected {
  readonly name: string;
  readonly class: Exclude<ChangeClass, 'documentation'>;
}

export interface UnnamedOperation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  /** Whether it may respond with server-sent events. */
  readonly streams: boolean;
  /** The key that it wants, in words: `the API key`. */
  readonly key: string;
}
