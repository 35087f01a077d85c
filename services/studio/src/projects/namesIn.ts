/** Names that were typed or pasted: one a line, or separated by commas; each once. */
export function namesIn(text: string): string[] {
  const lines = text.split(/[\r\n]+/);
  const names = lines.filter((line) => line.trim() !== "").length > 1 ? lines : text.split(/[,;\r\n]+/);
  return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ""))];
}
