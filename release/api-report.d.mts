/** Each entry of `exports` that has declarations, and the name of its report. */
export const entries: Readonly<Record<string, { readonly declarations: string; readonly report: string }>>;

/** The reports that differ from what the built declarations say; with `write` they are written. `folder`: etc/ by default. */
export function differingReports(options: { readonly write: boolean; readonly folder?: string }): readonly string[];
