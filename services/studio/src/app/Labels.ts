import { signal } from "@preact/signals";
import { type LabelList, readLabels } from "../annotation/labels";
import { recall, remember } from "../shared/settings";

/** The name under which labels are kept; another form of them gets another one. */
const KEY = "labels.v1";

/** The labels of all pictures, kept from visit to visit. */
export class Labels {
  private readonly present = signal<LabelList>(readLabels(recall(KEY)));

  /** All labels and the one of new objects. */
  get list() {
    return this.present;
  }

  /** Puts another list in place of this one and keeps it; returns false where the browser does not let it be kept. */
  change(list: LabelList): boolean {
    if (list === this.present.value) {
      return true;
    }
    this.present.value = list;
    return remember(KEY, JSON.stringify(list));
  }

  /** Follows what other pages of the studio do to the labels; returns what ends it. */
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
