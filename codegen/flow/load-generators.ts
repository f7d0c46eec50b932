/** The generators, whose compilers take seconds to load: begin while there is nothing to do but wait for the linter's thread. */
export const loadGenerators = () => import('../generate/generate-sound.js');
