import { isRecord } from '../internal/is-record.js';
import type { WorkflowEvent } from './workflows-client.js';

/** A workflow waits until a person has signed in to a connector. */
export interface AuthorizationRequest {
  /** Where the person signs in. The workflow goes on by itself afterwards. */
  readonly auth_url: string;
  readonly connector_name?: string;
  readonly connector_id?: string;
  /** Which of several credentials for the connector is missing. */
  readonly credentials_name?: string | null;
  /** A text for the person. */
  readonly message?: string | null;
  readonly [field: string]: unknown;
}

/**
 * The request of an event that says that a workflow waits for a person: a custom task of the type `connector_auth`.
 *
 * @see https://github.com/mistralai/client-python/blob/main/src/mistralai/extra/workflows/connector_auth.py
 */
export function authorizationRequestOf({ data }: WorkflowEvent): AuthorizationRequest | undefined {
  if (data.event_type !== 'CUSTOM_TASK_STARTED' && data.event_type !== 'CUSTOM_TASK_IN_PROGRESS')
    return undefined;
  const { custom_task_type, payload } = attributesOf(data);
  if (typeof custom_task_type !== 'string' || custom_task_type.replace('-', '_') !== 'connector_auth')
    return undefined;
  const value = isRecord(payload) ? payload.value : undefined;
  // A server writes it; what else it has is passed on.
  return isRecord(value) && typeof value.auth_url === 'string'
    ? (value as AuthorizationRequest & typeof value)
    : undefined;
}

/** A server may leave them out, or send something else. */
export function attributesOf({ attributes }: WorkflowEvent['data']): Readonly<Record<string, unknown>> {
  return isRecord(attributes) ? attributes : {};
}
