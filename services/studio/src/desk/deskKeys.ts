import type { RefObject } from "preact";
import { VerdictKind } from "segmentation-client/projects";
import type { Stage } from "../canvas/Stage";
import type { StageTool } from "../canvas/Tool";
import { deskTexts } from "../texts/desk/texts";
import { chordOf, type DeskAction } from "./KeyMap";
import type { DeskPage } from "./DeskPage";

const STEP = 8;
const FAST_STEP = 48;
const ZOOM = 1.5;

/** Listens to all keys while the desk is shown; returns a function that ends it. */
export function listenToDeskKeys(page: DeskPage, stage: RefObject<Stage | null>): () => void {
  const actions = actionsOf(page, stage);
  const { desk } = page;
  const down = (event: KeyboardEvent) => {
    desk.clock.touched();
    if (isTyping(event) || document.querySelector("dialog[open]")) {
      return;
    }
    const onStage = document.activeElement?.id === "stage" || document.activeElement === document.body;
    if ((onStage && fixed(event)) || mapped(event, onStage)) {
      event.preventDefault();
    }
  };
  const up = (event: KeyboardEvent) => {
    if (event.key === " " && stage.current) {
      stage.current.panHeld = false;
    }
    // Modifiers may have gone up before.
    const alone = chordOf({ ...keyOf(event), shiftKey: false, ctrlKey: false, altKey: false, metaKey: false });
    if (alone === page.keys.keys.peek().peek) {
      desk.drawing.isPeeking.value = false;
    }
  };
  const blur = () => (desk.drawing.isPeeking.value = false);

  function mapped(event: KeyboardEvent, onStage: boolean): boolean {
    const chord = chordOf(event);
    if (chord === null) {
      return false;
    }
    // On a button Space presses the button.
    if (chord === "Space" && !onStage) {
      return false;
    }
    const label = /^[a-z0-9]$/.test(chord) && !page.reviewing.isOn.peek() ? desk.labels.byHotkey(chord) : undefined;
    const action = page.keys.actionOf(chord, page.reviewing.isOn.peek());
    if (label && (!action || /^label/.test(action))) {
      page.actions.giveLabel(label.id);
      return true;
    }
    return action !== undefined && (event.repeat && ONCE.has(action) ? true : actions[action]() !== false);
  }

  /** Keys that are the same for everybody: those of the platform. */
  function fixed({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
    if (ctrlKey || metaKey || altKey) {
      return false;
    }
    const step = shiftKey ? FAST_STEP : STEP;
    switch (key) {
      case "Tab":
        if ((desk.annotator.active.peek()?.candidates.length ?? 0) < 2 || page.released) {
          return false;
        }
        desk.annotator.chooseNext(shiftKey ? -1 : 1);
        return true;
      case "ArrowLeft":
        stage.current?.moveCrosshair(-step, 0);
        return true;
      case "ArrowRight":
        stage.current?.moveCrosshair(step, 0);
        return true;
      case "ArrowUp":
        stage.current?.moveCrosshair(0, -step);
        return true;
      case "ArrowDown":
        stage.current?.moveCrosshair(0, step);
        return true;
      case " ":
        if (stage.current?.crosshair.peek()) {
          page.pressAt(stage.current.crosshair.peek()!, !shiftKey);
          return true;
        }
        return false;
      case "Enter":
        if (!desk.drawing.close()) {
          desk.annotator.finishObject();
        }
        return true;
      case "Escape":
        page.released = true;
        if (!stage.current?.cancelGesture()) {
          desk.selection.clear();
          desk.annotator.finishObject();
        }
        return true;
      default:
        page.released = false;
        return false;
    }
  }

  addEventListener("keydown", down);
  addEventListener("keyup", up);
  addEventListener("blur", blur);
  return () => {
    removeEventListener("keydown", down);
    removeEventListener("keyup", up);
    removeEventListener("blur", blur);
  };
}

/** Actions that a key which is held down does only once. */
const ONCE: ReadonlySet<DeskAction> = new Set([
  "next", "previous", "done", "exclude", "propose", "copyToNext", "peek", "review", "satisfactory", "unsatisfactory",
  "rejected",
]);

/** The work of each action; it returns false where the key should do what it does without the desk. */
function actionsOf(page: DeskPage, stage: RefObject<Stage | null>): Record<DeskAction, () => unknown> {
  const { desk, actions, proposals, reviewing, turning } = page;
  const tool = (name: StageTool) => () => page.choose(name);
  const label = (number: number) => () => {
    const found = desk.labels.choice.peek()[number - 1];
    return found ? actions.giveLabel(found.id) : false;
  };
  return {
    add: tool("add"), remove: tool("remove"), pan: tool("pan"), brush: tool("brush"), eraser: tool("eraser"),
    polygon: tool("polygon"),
    smaller: () => desk.drawing.resize(-1), larger: () => desk.drawing.resize(1),
    commit: () => desk.drawing.close() || desk.annotator.finishObject(),
    accept: () => {
      if (proposals.all.peek().length > 0) {
        proposals.accept();
      } else if (stage.current) {
        stage.current.panHeld = true;
      }
    },
    reject: () => proposals.reject(), propose: () => void proposals.propose(),
    undo: () => desk.annotator.undo(), redo: () => desk.annotator.redo(), redoToo: () => desk.annotator.redo(),
    delete: () => actions.delete(),
    copy: () => {
      const count = actions.copy();
      desk.notices.add(deskTexts.peek().copied(count));
    },
    paste: () => actions.paste(),
    copyToNext: () => void page.copyToNext(),
    duplicate: () => actions.duplicate(),
    fillHoles: () => actions.fillHoles(), largest: () => actions.keepLargest(), smooth: () => actions.smooth(),
    split: () => actions.split(), join: () => actions.join(),
    raise: () => actions.lift(1), lower: () => actions.lift(-1),
    hide: () => actions.toggleHidden(), peek: () => (desk.drawing.isPeeking.value = true),
    nextObject: () => page.selectNeighbour(1), previousObject: () => page.selectNeighbour(-1),
    label1: label(1), label2: label(2), label3: label(3), label4: label(4), label5: label(5), label6: label(6),
    label7: label(7), label8: label(8), label9: label(9), noLabel: () => actions.giveLabel(null),
    review: () => reviewing.toggle(),
    satisfactory: () => reviewing.judge(VerdictKind.SATISFACTORY),
    unsatisfactory: () => reviewing.judge(VerdictKind.UNSATISFACTORY),
    rejected: () => reviewing.judge(VerdictKind.REJECTED),
    issue: () => page.pinAtPointer(),
    next: () => void turning.next(), previous: () => turning.previous(), done: () => void turning.finish(),
    exclude: () => (page.panel.value = "exclude"),
    magnifier: () => (desk.drawing.magnifies.value = !desk.drawing.magnifies.peek()),
    zoomIn: () => stage.current?.view.zoom(ZOOM), zoomOut: () => stage.current?.view.zoom(1 / ZOOM),
    fit: () => stage.current?.view.fit(),
    help: () => (page.panel.value = "help"), keys: () => (page.panel.value = "keys"),
  };
}

function isTyping({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement
    || (target instanceof HTMLInputElement && target.type !== "range" && target.type !== "checkbox");
}

function keyOf({ key, code }: KeyboardEvent) {
  return { key, code };
}
