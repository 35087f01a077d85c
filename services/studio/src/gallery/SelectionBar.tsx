import { useSignal } from "@preact/signals";
import { type Picture, PictureState, Role, Split } from "segmentation-client/projects";
import { ConfirmDialog } from "../projects/ConfirmDialog";
import type { OpenProject } from "../projects/OpenProject";
import type { PagesContext } from "../projects/PagesContext";
import { Choice, Failure, Field } from "../projects/parts";
import { useSending } from "../projects/Sending";
import { words } from "../texts/projects/texts";

/** Most pictures that one request changes. */
const AT_ONCE = 10_000;

/** Properties of the bar. */
export interface SelectionBarProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  readonly ids: ReadonlySet<bigint>;
  readonly onChanged: (pictures: readonly Picture[]) => void;
  readonly onDeleted: () => void;
  readonly onClear: () => void;
  /** Starts a run or a job with the selection. */
  readonly onUse: (page: "runs" | "jobs") => void;
}

/** What can be done with the selected pictures. */
export function SelectionBar({ pages, open, ids, onChanged, onDeleted, onClear, onUse }: SelectionBarProps) {
  const text = words.value.selection;
  const dialog = useSignal<"exclude" | "delete" | "priority" | null>(null);
  const reason = useSignal("");
  const priority = useSignal(0);
  const sending = useSending();
  const close = () => (dialog.value = null);
  const isManager = open.may(Role.MANAGER);
  const update = async (
    values: Partial<Pick<Picture, "split" | "state" | "priority" | "excludedReason">>,
    path: string,
  ) => {
    const changed: Picture[] = [];
    for (const pictures of parts([...ids])) {
      const answer = await pages.client.pictures.updatePictures({
        project: open.id,
        pictures,
        values,
        updateMask: { paths: [path] },
      });
      changed.push(...answer.pictures);
    }
    onChanged(changed);
  };
  const remove = async () => {
    for (const pictures of parts([...ids])) {
      await pages.client.pictures.deletePictures({ project: open.id, pictures });
    }
  };
  const states = [
    PictureState.NEW,
    PictureState.IN_PROGRESS,
    PictureState.DONE,
    PictureState.TO_REVISIT,
    PictureState.ACCEPTED,
  ];
  return (
    <div class="selection-bar" role="toolbar" aria-label={text.title}>
      <strong aria-live="polite">{text.count(ids.size)}</strong>
      {(isManager || (ids.size === 1 && open.may(Role.ANNOTATOR))) && (
        <>
          <Choice
            attributes={{ "aria-label": text.state }}
            value={0}
            options={[[0, text.state], ...states.map((state) => [state as number, words.value.states[state]] as const)]}
            onChange={(state) => state && void sending.send(() => update({ state }, "state"))}
          />
          <button type="button" class="button bordered" onClick={() => (dialog.value = "exclude")}>
            {text.exclude}
          </button>
          <button
            type="button"
            class="button bordered"
            onClick={() => void sending.send(() => update({ excludedReason: "" }, "excluded_reason"))}
          >
            {text.include}
          </button>
        </>
      )}
      {isManager && (
        <>
          <Choice
            attributes={{ "aria-label": text.split }}
            value={-1}
            options={[
              [-1, text.split],
              ...[0, 1, 2, 3].map((split) => [split, words.value.splits[split as Split]] as const),
            ]}
            onChange={(split) => split >= 0 && void sending.send(() => update({ split: split as Split }, "split"))}
          />
          <button type="button" class="button bordered" onClick={() => (dialog.value = "priority")}>
            {text.priority}
          </button>
          <button type="button" class="button bordered" onClick={() => onUse("runs")}>
            {text.run}
          </button>
          <button type="button" class="button bordered" onClick={() => onUse("jobs")}>
            {text.job}
          </button>
          <button type="button" class="button bordered" onClick={() => (dialog.value = "delete")}>
            {text.delete}
          </button>
        </>
      )}
      <button type="button" class="button" onClick={onClear}>
        {text.clear}
      </button>
      <Failure error={sending.error.value} />
      {dialog.value === "exclude" && (
        <ConfirmDialog
          title={text.excludeTitle(ids.size)}
          action={text.exclude}
          onClose={close}
          onDone={close}
          isDisabled={reason.value.trim() === ""}
          run={() => update({ excludedReason: reason.value.trim() }, "excluded_reason")}
        >
          <Field label={text.reason} hint={text.reasonHint}>
            {(own) => (
              <input
                {...own}
                type="text"
                autofocus
                required
                maxLength={1000}
                value={reason.value}
                onInput={({ currentTarget }) => (reason.value = currentTarget.value)}
              />
            )}
          </Field>
        </ConfirmDialog>
      )}
      {dialog.value === "priority" && (
        <ConfirmDialog
          title={text.priorityTitle(ids.size)}
          action={words.value.common.save}
          onClose={close}
          onDone={close}
          run={() => update({ priority: priority.value }, "priority")}
        >
          <Field label={text.priority} hint={text.priorityHint}>
            {(own) => (
              <input
                {...own}
                type="number"
                step={1}
                min={-1_000_000}
                max={1_000_000}
                value={priority.value}
                onInput={({ currentTarget }) => (priority.value = Math.trunc(Number(currentTarget.value)))}
              />
            )}
          </Field>
        </ConfirmDialog>
      )}
      {dialog.value === "delete" && (
        <ConfirmDialog
          title={text.deleteTitle(ids.size)}
          action={text.delete}
          onClose={close}
          run={remove}
          onDone={() => {
            close();
            onDeleted();
          }}
        >
          <p>{text.deleteThen}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

function parts(ids: readonly bigint[]): bigint[][] {
  return Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, i) => ids.slice(i * AT_ONCE, (i + 1) * AT_ONCE));
}
