import type { Readings } from './cross-check.js';
import { proposed, type Proposal } from '../propose/proposal.js';

/** Say of the operations that the generators read differently that this is known, and where. */
export const noteDifferences = (readings: readonly Readings[]): Proposal[] =>
  readings
    .filter(({ places }) => places.length > 0)
    .map(({ id, places }) => ({
      target: `$.paths.*[?@.operationId == '${id}']`,
      description: proposed(
        `hey-api and openapi-typescript read it differently at ${places.join(', ')}; compare the types of both.`,
        'when they agree',
      ),
      update: { 'x-read-differently': places.map((place) => place.replaceAll('"', '')) },
    }));
