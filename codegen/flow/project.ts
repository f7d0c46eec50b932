/** Folders of one project: what the pipeline reads, and what it writes. */
export interface Project {
  readonly spec: string;
  readonly overlays: string;
  readonly generated: string;
}
