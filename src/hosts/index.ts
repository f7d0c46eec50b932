export { azure, type AzureOptions } from './azure.js';
export { googleVertex, type GoogleVertexOptions } from './google-vertex.js';
