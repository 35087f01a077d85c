import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

/** A box to tick with its words. */
export function Check({ value, children }: { value: Signal<boolean>; children: ComponentChildren }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={value.value}
        onChange={({ currentTarget }) => (value.value = currentTarget.checked)}
      />
      <span>{children}</span>
    </label>
  );
}
