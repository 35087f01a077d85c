import type { Mark } from "../annotation/palette";

/** Properties of a swatch. */
export interface MarkSwatchProps {
  readonly mark: Mark;
  /** Label for screen readers, where the colour can be changed. */
  readonly name?: string;
  /** Takes another colour; without this the swatch only shows one. */
  readonly onChange?: ((colour: string) => void) | undefined;
}

/** Shows the colour and hatching of an object or a label. */
export function MarkSwatch({ mark: { colour, pattern }, name, onChange }: MarkSwatchProps) {
  return (
    <span class="swatch" data-pattern={pattern} style={{ "--mark": colour }}>
      {onChange && (
        <input type="color" aria-label={name} value={colour}
          onChange={({ currentTarget }) => onChange(currentTarget.value)} />
      )}
    </span>
  );
}
