import type { JsonObject } from '../description/json.js';

/** What a rule did, as a line for the report: `$.paths…: …`. */
export type Repair = string;

/** Repairs one kind of defect wherever a document has it, in place. */
export type Rule = (document: JsonObject) => Repair[];
