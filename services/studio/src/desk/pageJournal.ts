import { computed, effect, signal } from "@preact/signals";
import { ProjectsClient } from "segmentation-client/projects";
import type { Access } from "../access/Access";
import { Journal } from "./journal/Journal";
import type { OperationServer } from "./journal/OperationServer";
import { OWNER, recall, remember } from "../shared/settings";

let journal: Journal | undefined;

/**
 * The page's journal. It sends its operations as long as the page lives, whatever the page shows, and looks who is
 * signed in before each call: no operation is sent for somebody else.
 */
export function pageJournal(access: Access): Journal {
  if (!journal) {
    const present = computed(() => {
      const person = access.state.value?.person;
      return person ? `${person.tenant} ${person.subject}` : null;
    });
    // While nobody is signed in, the work is that of the person who was last.
    const owner = signal(recall(OWNER));
    effect(() => {
      if (present.value !== null) {
        owner.value = present.value;
        remember(OWNER, present.value);
      }
    });
    const { annotations, reviews } = new ProjectsClient(location.origin);
    const server: OperationServer = {
      apply: async (place, holder, operations, signal) =>
        (await annotations.applyOperations({ ...place, holder, operations: [...operations] }, { signal })).outcomes,
      judge: async ({ project, picture }, verdicts, signal) =>
        (await reviews.judgeAnnotations({ project, picture, verdicts: [...verdicts] }, { signal })).outcomes,
    };
    journal = new Journal(server, owner, undefined, present, {
      // The same person may have signed in again: then nothing else says so.
      signIn: () => void access.signIn().then(() => journal?.sender.wake()),
    });
    addEventListener("online", () => journal!.sender.wake());
    document.addEventListener("visibilitychange", () => !document.hidden && journal!.sender.wake());
    void journal.start();
  }
  return journal;
}
