/** Keys that could be real, of the client that the tests of all operations call. */
export const testKeys = { apiKey: 'test-key', adminApiKey: 'test-admin-key' } as const;
