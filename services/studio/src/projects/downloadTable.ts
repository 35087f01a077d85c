/** Saves a table as a CSV file (RFC 4180), the first row as its head. */
export function downloadTable(name: string, rows: readonly (readonly string[])[]): void {
  const link = document.createElement("a");
  // The mark at the beginning tells spreadsheets that the text is UTF-8.
  link.href = URL.createObjectURL(new Blob(["\ufeff", csvOf(rows)], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  // The browser has begun the download when the next task runs.
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}

/** Rows as CSV. A cell that a spreadsheet would take for a formula becomes text. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(cellOf).join(",") + "\r\n").join("");
}

function cellOf(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
