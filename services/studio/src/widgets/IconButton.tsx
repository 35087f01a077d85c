import { keyNameOf, texts } from "../texts/texts";
import { Icon, type IconName } from "./Icon";

/** Properties of an icon button. */
export interface IconButtonProps {
  readonly icon: IconName;
  /** Description of the action: read aloud, and shown when the pointer rests on the button. */
  readonly label: string;
  /** The key that does the same. */
  readonly shortcut?: string;
  /** Also shows the label beside the icon, where there is room. */
  readonly wide?: boolean;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

/** A button with an icon. */
export function IconButton({ icon, label, shortcut, wide, pressed, disabled, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      class={wide ? "button wide" : "button"}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut}
      title={shortcut ? texts.value.common.withKey(label, keyNameOf(shortcut)) : label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
      {wide && <span>{label}</span>}
    </button>
  );
}
