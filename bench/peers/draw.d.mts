export declare function drawRatios(values: readonly object[]): Promise<string>;
