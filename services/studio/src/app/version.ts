import { effect, type ReadonlySignal } from "@preact/signals";
import type { Connection } from "../segmenting/routing/SegmenterRouter";
import { isOtherVersion } from "../shared/loading";
import { texts } from "../texts/texts";
import type { Notices } from "../shared/Notices";

/** Offers to reload the page when the server has another version of it, without the files of this one. */
export async function offerOtherVersion(notices: Notices): Promise<void> {
  if (await isOtherVersion()) {
    const words = texts.peek().errors;
    notices.add(words.otherVersion, [{ label: words.load, run: () => location.reload() }]);
  }
}

/** Checks the version after every lost connection: a server that comes back may be another version. */
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
