import { systemClock } from '../internal/clock.js';
import { createTelemetry, type StudioTelemetry } from './create-telemetry.js';
import type { StudioOptions } from './studio-options.js';

/**
 * An observer that sends a span of each call to the Studio of Mistral, in batches, as OTLP over HTTP in JSON, with the API key. It
 * needs no other package, and works in any runtime.
 *
 * The spans are those of `mistral-sdk/otel`. Content of people and models is only recorded with `captureContent`; secrets,
 * e-mail addresses and card numbers are replaced in all that is sent. What cannot be sent is dropped, counted, and logged as a warning; no
 * call waits for it, or fails of it. `MISTRAL_SDK_TELEMETRY=false` in the environment turns it off.
 *
 * @throws {ArgumentError} for an unknown or invalid option.
 *
 * @example
 * ```ts
 * import { Mistral } from 'mistral-sdk';
 * import { studioTelemetry } from 'mistral-sdk/studio';
 *
 * const studio = studioTelemetry({ serviceName: 'helpdesk' });
 * const mistral = new Mistral({ observer: studio });
 * await mistral.models.list();
 * await studio.shutdown();
 * ```
 */
export const studioTelemetry = (options: StudioOptions = {}): StudioTelemetry =>
  createTelemetry(options, systemClock);
