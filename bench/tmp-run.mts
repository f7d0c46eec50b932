import { benchCodegen } from '/work/main/bench/codegen.ts';
await benchCodegen();
