import { saveFile } from "../shared/saveFile";

/** Saves a table as a CSV file (RFC 4180), the first row as its head. */
export function downloadTable(name: string, rows: readonly (readonly string[])[]): void {
  // The mark at the beginning tells spreadsheets that the text is UTF-8.
  saveFile(new Blob(["\ufeff", csvOf(rows)], { type: "text/csv;charset=utf-8" }), name);
}

/** Rows as CSV. A cell that a spreadsheet would take for a formula becomes text. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(cellOf).join(",") + "\r\n").join("");
}

function cellOf(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
