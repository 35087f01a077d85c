import { useState } from "preact/hooks";
import type { PromptSpec } from "../annotation/types";
import { Dialog } from "../widgets/Dialog";
import { IconButton } from "../widgets/IconButton";
import { texts } from "../texts/texts";
import { snippetsOf } from "./code";
import type { Studio } from "./Studio";

/** The request of the object that is worked on, or of the last one, in several languages. */
export function CodeDialog({ studio, onClose }: { studio: Studio; onClose: () => void }) {
  const [chosen, setChosen] = useState(0);
  const [copied, setCopied] = useState(false);
  const picture = studio.picture.value;
  const words = texts.value.code;
  if (!picture?.id) {
    return null;
  }
  const { objects } = studio.editor.annotation.value;
  const middle: PromptSpec = {
    points: [{ x: picture.width / 2, y: picture.height / 2, foreground: true }], box: null,
  };
  const prompt = (studio.editor.active.value ?? objects[objects.length - 1])?.prompt ?? middle;
  const snippets = snippetsOf(
    picture.id, picture.name, prompt, location.origin, studio.access.state.value?.required ?? false);
  const { code } = snippets[chosen];
  const copy = () => {
    navigator.clipboard.writeText(code).then(
      () => setCopied(true),
      () => studio.notices.add(words.forbidden));
  };
  return (
    <Dialog title={words.title} onClose={onClose}>
      <div class="tabs">
        <div role="tablist">
          {snippets.map(({ title }, index) => (
            <button key={title} type="button" role="tab" aria-selected={index === chosen} onClick={() => {
              setChosen(index);
              setCopied(false);
            }}>
              {title}
            </button>
          ))}
        </div>
        <IconButton icon={copied ? "done" : "copy"} label={copied ? words.copied : words.copy} wide onClick={copy} />
      </div>
      <pre class="code" tabIndex={0}>{code}</pre>
    </Dialog>
  );
}
