import type { Signal } from "@preact/signals";
import type { RefObject } from "preact";
import type { Stage } from "../canvas/Stage";
import { digitOf, nameOf } from "./keyboard";
import { giveLabel } from "./labelling";
import type { Panel } from "./Panel";
import type { Studio } from "./Studio";

const STEP = 8;
const FAST_STEP = 48;

/** Listens to all keys of the page; returns a function that ends it. */
export function listenToKeys(
  studio: Studio,
  stage: RefObject<Stage | null>,
  panel: Signal<Panel | null>,
  openFile: () => void,
): () => void {
  const toggle = (name: Panel) => (panel.value = panel.value === name ? null : name);
  const down = (event: KeyboardEvent) => {
    if (isTyping(event) || document.querySelector("dialog[open]")) {
      return;
    }
    const handled = event.ctrlKey || event.metaKey ? withControl(event) : plain(event);
    if (handled) {
      event.preventDefault();
    }
  };
  const up = (event: KeyboardEvent) => {
    if (event.key === " " && stage.current) {
      stage.current.panHeld = false;
    }
  };

  function withControl(event: KeyboardEvent): boolean {
    switch (nameOf(event)) {
      case "z":
        if (event.shiftKey) {
          studio.editor.redo();
        } else {
          studio.editor.undo();
        }
        return true;
      case "y":
        studio.editor.redo();
        return true;
      case "o":
        openFile();
        return true;
      default:
        return false;
    }
  }

  function plain(event: KeyboardEvent): boolean {
    const onStage = document.activeElement?.id === "stage" || document.activeElement === document.body;
    return (onStage && onPicture(event)) || anywhere(event);
  }

  function onPicture({ key, shiftKey }: KeyboardEvent): boolean {
    const step = shiftKey ? FAST_STEP : STEP;
    switch (key) {
      case "Tab":
        // With masks to choose from Tab chooses; Escape gives it back to the page.
        if ((studio.editor.active.value?.candidates.length ?? 0) < 2 || released) {
          return false;
        }
        studio.editor.chooseNext(shiftKey ? -1 : 1);
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
        if (stage.current?.crosshair.value) {
          stage.current.clickCrosshair(!shiftKey);
        } else if (stage.current) {
          stage.current.panHeld = true;
        }
        return true;
      case "Enter":
        studio.editor.finishObject();
        return true;
      default:
        return false;
    }
  }

  let released = false;

  /** A digit takes a mask while there are masks to choose from, and gives a label otherwise or with Shift. */
  function digit(number: number, shiftKey: boolean): void {
    const masks = studio.editor.active.value?.candidates.length ?? 0;
    const label = studio.labels.list.value.labels[number - 1];
    if (number === 0) {
      stage.current?.view.fit();
    } else if (!shiftKey && masks > 1 && number <= masks) {
      studio.editor.choose(number - 1);
    } else if (label) {
      giveLabel(studio, label.id);
    }
  }

  function anywhere(event: KeyboardEvent): boolean {
    const name = nameOf(event);
    const number = digitOf(event);
    released = name === "Escape" ? true : name === "Tab" ? released : false;
    // A question mark lies on a digit's place in some layouts.
    if (number !== null && name !== "?") {
      digit(number, event.shiftKey);
      return true;
    }
    switch (name) {
      case "n":
        studio.editor.finishObject();
        return true;
      case "PageUp":
        selectNeighbour(studio, -1);
        return true;
      case "PageDown":
        selectNeighbour(studio, 1);
        return true;
      case "r":
      case "F2":
        studio.editor.renaming.value = studio.editor.active.value?.id ?? null;
        return true;
      case "h":
        if (studio.editor.active.value) {
          studio.editor.describe(studio.editor.active.value.id, { hidden: !studio.editor.active.value.hidden });
        }
        return true;
      case "Delete":
        if (studio.editor.active.value) {
          studio.editor.delete(studio.editor.active.value.id);
        }
        return true;
      case "Backspace":
        studio.editor.reset();
        return true;
      case "+":
      case "=":
        stage.current?.view.zoom(1.5);
        return true;
      case "-":
        stage.current?.view.zoom(1 / 1.5);
        return true;
      case "a":
        studio.tool.value = "add";
        return true;
      case "s":
        studio.tool.value = "remove";
        return true;
      case "v":
        studio.tool.value = "pan";
        return true;
      case "o":
        openFile();
        return true;
      case "e":
        if (studio.picture.value?.id) {
          toggle("everything");
        }
        return true;
      case "l":
        toggle("labels");
        return true;
      case "x":
        if (studio.editor.annotation.value.objects.length > 0) {
          toggle("export");
        }
        return true;
      case "c":
        if (studio.picture.value?.id) {
          toggle("code");
        }
        return true;
      case "?":
        toggle("help");
        return true;
      case "Escape":
        if (stage.current?.cancelGesture()) {
          break;
        }
        if (panel.value) {
          panel.value = null;
        } else {
          studio.everything.clear();
        }
        return true;
      default:
        return false;
    }
    return true;
  }

  addEventListener("keydown", down);
  addEventListener("keyup", up);
  return () => {
    removeEventListener("keydown", down);
    removeEventListener("keyup", up);
  };
}

function isTyping({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement
    || target instanceof HTMLTextAreaElement;
}

function selectNeighbour(studio: Studio, step: number): void {
  const { objects, activeId } = studio.editor.annotation.value;
  if (objects.length > 0) {
    const at = objects.findIndex(({ id }) => id === activeId);
    studio.editor.select(objects[(Math.max(at, step > 0 ? -1 : 0) + step + objects.length) % objects.length].id);
  }
}
