import { signal } from "@preact/signals";
import { type LabelList, readLabels } from "../annotation/labels";
import { recall, remember } from "../shared/settings";

/** Key of the stored labels; another format gets another key. */
const KEY = "labels.v1";

/** The labels of all pictures, stored in the browser. */
export class Labels {
  private readonly present = signal<LabelList>(readLabels(recall(KEY)));

  /** All labels, and the label of new objects. */
  get list() {
    return this.present;
  }

  /** Replaces the list and stores it; returns false where the browser does not allow that. */
  change(list: LabelList): boolean {
    if (list === this.present.value) {
      return true;
    }
    this.present.value = list;
    return remember(KEY, JSON.stringify(list));
  }

  /** Follows changes by other tabs; returns a function that ends this. */
  followOtherPages(): () => void {
    const follow = ({ key }: StorageEvent) => {
      if (key === null || key.endsWith(KEY)) {
        this.present.value = readLabels(recall(KEY));
      }
    };
    addEventListener("storage", follow);
    return () => removeEventListener("storage", follow);
  }
}
