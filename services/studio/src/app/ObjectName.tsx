import { useLayoutEffect, useRef } from "preact/hooks";
import { labelOf } from "../annotation/labels";
import { type AnnotatedObject, maskOf, scoreOf } from "../annotation/types";
import { texts } from "../texts/texts";
import type { Studio } from "./Studio";

/** Properties of a row's name. */
export interface ObjectNameProps {
  readonly studio: Studio;
  readonly object: AnnotatedObject;
  readonly active: boolean;
  /** True if Tab stops here. */
  readonly reached: boolean;
}

/** Name, label and mask of an object. A click selects it; Enter or a double click turns the name into a field. */
export function ObjectName({ studio, object, active, reached }: ObjectNameProps) {
  const button = useRef<HTMLButtonElement>(null);
  const hadKeyboard = useRef(false);
  const renaming = studio.editor.renaming.value === object.id;
  // Before the next key comes.
  useLayoutEffect(() => {
    if (!renaming && hadKeyboard.current) {
      hadKeyboard.current = false;
      button.current?.focus();
    }
  }, [renaming]);

  const mask = maskOf(object);
  const label = labelOf(studio.labels.list.value, object.labelId);
  const details = mask && object.answered
    ? texts.value.objects.mask(mask.area, scoreOf(mask.predictedIou)) : texts.value.common.waiting;
  const small = <small>{details}</small>;
  if (renaming) {
    return (
      <div class="object-text">
        <NameField
          object={object}
          onEnd={(name, byKey) => {
            hadKeyboard.current = byKey;
            studio.editor.renaming.value = null;
            if (name && name !== object.name) {
              studio.editor.describe(object.id, { name });
            }
          }}
        />
        {small}
      </div>
    );
  }
  return (
    <button
      ref={button}
      type="button"
      class="object-text"
      data-object={object.id}
      tabIndex={reached ? 0 : -1}
      aria-current={active}
      aria-keyshortcuts="Enter F2 Delete"
      onClick={({ currentTarget }) => {
        studio.editor.select(object.id);
        // Safari does not focus a button that is clicked.
        currentTarget.focus();
      }}
      onDblClick={() => (studio.editor.renaming.value = object.id)}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === "F2") {
          event.preventDefault();
          event.stopPropagation();
          studio.editor.renaming.value = object.id;
        }
      }}
    >
      <span class="object-name">
        {object.name}{label && <span class="object-label"> · {label.name}</span>}
      </span>
      {small}
    </button>
  );
}

interface NameFieldProps {
  readonly object: AnnotatedObject;
  /** Receives the new name, or null when it was cancelled, and whether a key ended the editing. */
  readonly onEnd: (name: string | null, byKey: boolean) => void;
}

function NameField({ object, onEnd }: NameFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  // The next key is already the name's.
  useLayoutEffect(() => {
    field.current?.select();
    field.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const end = (name: string | null, byKey: boolean) => {
    // A field that is taken away loses the focus as well.
    if (!ended.current) {
      ended.current = true;
      onEnd(name?.trim() || null, byKey);
    }
  };
  return (
    <input
      ref={field}
      class="object-name"
      aria-label={texts.value.objects.nameOf(object.name)}
      defaultValue={object.name}
      spellcheck={false}
      autocomplete="off"
      onBlur={({ currentTarget }) => end(currentTarget.value, false)}
      onKeyDown={(event) => {
        // Enter also ends the composition of a word in Chinese or Japanese.
        if (event.isComposing) {
          return;
        }
        if (event.key === "Enter") {
          event.preventDefault();
          end(event.currentTarget.value, true);
        } else if (event.key === "Escape") {
          event.preventDefault();
          end(null, true);
        }
      }}
    />
  );
}
