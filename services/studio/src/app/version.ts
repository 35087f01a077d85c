import { effect, type ReadonlySignal } from "@preact/signals";
import type { Connection } from "../segmenting/routing/SegmenterRouter";
import { isOtherVersion } from "../shared/loading";
import { texts } from "../texts/texts";
import type { Notices } from "../shared/Notices";

/** Offers to load the page anew when the server has another version of it; files of this one are gone then. */
export async function offerOtherVersion(notices: Notices): Promise<void> {
  if (await isOtherVersion()) {
    const words = texts.peek().errors;
    notices.add(words.otherVersion, [{ label: words.load, run: () => location.reload() }]);
  }
}

/** Asks after every lost connection: a server that comes back may be another version. */
export function watchVersion(connection: ReadonlySignal<Connection>, notices: Notices): void {
  let wasLost = false;
  effect(() => {
    const { state } = connection.value;
    if (wasLost && state === "open") {
      void offerOtherVersion(notices);
    }
    wasLost = state === "waiting" || (wasLost && state === "connecting");
  });
}
