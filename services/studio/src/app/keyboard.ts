/** The parts of a key event that identify the key. */
export type Key = Pick<KeyboardEvent, "key" | "code">;

/**
 * The digit of a key, by its place in the row of digits whatever the layout writes there (& on a French keyboard), or
 * by what the key writes (the number pad); null for other keys.
 */
export function digitOf({ key, code }: Key): number | null {
  const digit = /^Digit(\d)$/.exec(code)?.[1] ?? (/^\d$/.test(key) ? key : null);
  return digit === null ? null : Number(digit);
}

/**
 * Name of a key in shortcuts: a small Latin letter or a sign, or a name as in `KeyboardEvent.key`. A layout with
 * Latin letters says itself which key is which letter; on others (Cyrillic, Greek, Hebrew) a key is called as the one
 * at its place on an American keyboard.
 */
export function nameOf({ key, code }: Key): string {
  const isWritten = [...key].length === 1;
  if (isWritten && key.codePointAt(0)! < 0x80) {
    return key.toLowerCase();
  }
  const isUnknown = isWritten || key === "Dead" || key === "Process" || key === "Unidentified";
  if (!isUnknown) {
    return key;
  }
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return letter?.toLowerCase() ?? { Minus: "-", Equal: "+" }[code] ?? key;
}
