export declare function drawRatios(values: readonly object[]): Promise<string>;
export declare function drawScale(values: readonly object[]): Promise<string>;
