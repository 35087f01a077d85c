import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Label as LabelMessage } from "segmentation-client/projects";
import { chooseLabel, type LabelList } from "../annotation/labels";
import { markAt } from "../annotation/palette";

/** The labels of the open project, and the one of new objects. */
export class DeskLabels {
  private readonly present = signal<LabelList>({ labels: [], nextId: 2, currentId: null });
  readonly list: ReadonlySignal<LabelList> = this.present;
  private readonly messages = signal<readonly LabelMessage[]>([]);
  /** Labels that can be given, in their order: those that were taken out of the choice only mark what has them. */
  readonly choice = computed(() => this.messages.value.filter(({ deleteTime }) => !deleteTime));

  /** Takes the labels of a project; the label of new objects stays if it is among them. */
  load(messages: readonly LabelMessage[]): void {
    const sorted = messages.toSorted((a, b) => a.place - b.place || a.id - b.id);
    this.messages.value = sorted;
    const labels = sorted.map(({ id, name, color }, index) => ({
      id, name, colour: /^#[0-9a-f]{6}$/i.test(color) ? color : markAt(index).colour, pattern: 0,
    }));
    const { currentId } = this.present.peek();
    const isThere = this.choice.peek().some(({ id }) => id === currentId);
    this.present.value = {
      labels, nextId: Math.max(1, ...labels.map(({ id }) => id)) + 1, currentId: isThere ? currentId : null,
    };
  }

  /** Sets the label of new objects; null for none. */
  choose(id: number | null): void {
    this.present.value = chooseLabel(this.present.peek(), id);
  }

  /** The label that a key of the project gives; undefined where no label has the key. */
  byHotkey(key: string): LabelMessage | undefined {
    return this.choice.peek().find(({ hotkey }) => hotkey !== "" && hotkey.toLowerCase() === key);
  }
}
