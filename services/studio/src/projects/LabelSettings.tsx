import { useSignal } from "@preact/signals";
import { type Label, LabelKind, LabelSchema, ProjectsError } from "segmentation-client/projects";
import { words } from "../texts/projects/texts";
import { IconButton } from "../widgets/IconButton";
import type { OpenProject } from "./OpenProject";
import { namesIn } from "./namesIn";
import type { PagesContext } from "./PagesContext";
import { Choice, Empty, Failure } from "./parts";
import { type Sending, useSending } from "./Sending";

interface LabelSettingsProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
}

/** Labels of a project: names, colours, keys, kinds and their order. */
export function LabelSettings({ pages, open }: LabelSettingsProps) {
  const text = words.value.labels;
  const added = useSignal("");
  const sending = useSending();
  const { client } = pages;
  const labels = open.labels.value;
  const change = (label: Label, values: Partial<Label>, paths: string[]) =>
    sending.send(async () => {
      try {
        replace(
          open,
          await client.projects.updateLabel({
            project: open.id,
            label: { ...label, ...values },
            updateMask: { paths },
          }),
        );
      } catch (error) {
        // Somebody else was faster: their label is shown, and the reason above the list.
        const current = error instanceof ProjectsError ? error.find(LabelSchema) : undefined;
        if (current) {
          replace(open, current);
        }
        throw error;
      }
    });
  const add = async () => {
    const names = namesIn(added.value);
    while (names.length > 0) {
      const label = await client.projects.createLabel({ project: open.id, label: { name: names[0] } });
      open.allLabels.value = [...open.allLabels.peek(), label];
      names.shift();
      // What is refused stays in the field with what comes after.
      added.value = names.join("\n");
    }
  };
  const move = (index: number, step: number) =>
    sending.send(async () => {
      const order = [...open.labels.peek()];
      const [moved] = order.splice(index, 1);
      order.splice(index + step, 0, moved);
      for (const [place, label] of order.entries()) {
        if (label.place !== place) {
          replace(
            open,
            await client.projects.updateLabel({
              project: open.id,
              label: { id: label.id, revision: label.revision, place },
              updateMask: { paths: ["place"] },
            }),
          );
        }
      }
    });
  return (
    <section aria-labelledby="settings-labels">
      <h2 id="settings-labels">{text.title}</h2>
      <Failure error={sending.otherThan([])} onRetry={() => void open.load()} />
      {labels.length === 0 && (
        <Empty title={text.none}>
          <p>{text.noneThen}</p>
        </Empty>
      )}
      <ul class="label-settings">
        {labels.map((label, index) => (
          <LabelRow
            key={`${label.id} ${label.revision}`}
            label={label}
            index={index}
            count={labels.length}
            sending={sending}
            onChange={(values, paths) => void change(label, values, paths)}
            onMove={(step) => void move(index, step)}
            onDelete={() =>
              void sending.send(async () => {
                replace(open, await client.projects.deleteLabel({ project: open.id, label: label.id }));
              })
            }
          />
        ))}
      </ul>
      <form
        class="label-add"
        onSubmit={(event) => {
          event.preventDefault();
          void sending.send(add);
        }}
      >
        <textarea
          rows={2}
          aria-label={text.add}
          placeholder={text.addExample}
          value={added.value}
          onInput={({ currentTarget }) => (added.value = currentTarget.value)}
        />
        <button
          type="submit"
          class="button bordered"
          disabled={sending.isBusy.value || namesIn(added.value).length === 0}
        >
          {text.add}
        </button>
      </form>
      <DeletedLabels
        open={open}
        onRestore={(label) =>
          void sending.send(async () => {
            replace(
              open,
              await client.projects.updateLabel({
                project: open.id,
                label: { id: label.id, revision: label.revision },
                updateMask: { paths: ["delete_time"] },
              }),
            );
          })
        }
      />
    </section>
  );
}

interface LabelRowProps {
  readonly label: Label;
  readonly index: number;
  readonly count: number;
  readonly sending: Sending;
  readonly onChange: (values: Partial<Label>, paths: string[]) => void;
  readonly onMove: (step: number) => void;
  readonly onDelete: () => void;
}

function LabelRow({ label, index, count, sending, onChange, onMove, onDelete }: LabelRowProps) {
  const text = words.value.labels;
  const isBusy = sending.isBusy.value;
  return (
    <li>
      <input
        type="color"
        aria-label={text.colorOf(label.name)}
        value={label.color || "#888888"}
        onChange={({ currentTarget }) => onChange({ color: currentTarget.value }, ["color"])}
      />
      <input
        type="text"
        class="label-name"
        aria-label={text.nameOf(label.name)}
        defaultValue={label.name}
        maxLength={200}
        required
        onChange={({ currentTarget }) => {
          const name = currentTarget.value.trim();
          if (name !== "" && name !== label.name) {
            onChange({ name }, ["name"]);
          }
        }}
      />
      <input
        type="text"
        class="label-key"
        aria-label={text.keyOf(label.name)}
        placeholder={text.key}
        defaultValue={label.hotkey}
        maxLength={1}
        size={2}
        onChange={({ currentTarget }) => onChange({ hotkey: currentTarget.value.trim() }, ["hotkey"])}
      />
      <Choice
        attributes={{ "aria-label": text.kindOf(label.name) }}
        value={label.kind || LabelKind.ANY}
        options={[LabelKind.ANY, LabelKind.THING, LabelKind.STUFF].map((kind) => [kind, text.kinds[kind]])}
        onChange={(kind) => onChange({ kind }, ["kind"])}
      />
      <span class="row-actions">
        <IconButton icon="up" label={text.up(label.name)} disabled={isBusy || index === 0} onClick={() => onMove(-1)} />
        <IconButton
          icon="down"
          label={text.down(label.name)}
          disabled={isBusy || index === count - 1}
          onClick={() => onMove(1)}
        />
        <IconButton icon="delete" label={text.remove(label.name)} disabled={isBusy} onClick={onDelete} />
      </span>
    </li>
  );
}

function DeletedLabels({ open, onRestore }: { open: OpenProject; onRestore: (label: Label) => void }) {
  const deleted = open.allLabels.value.filter(({ deleteTime }) => deleteTime);
  const text = words.value.labels;
  return deleted.length === 0 ? null : (
    <details>
      <summary>{text.removed(deleted.length)}</summary>
      <ul class="label-settings">
        {deleted.map((label) => (
          <li key={label.id}>
            <span class="label-name">{label.name}</span>
            <button
              type="button"
              class="button bordered"
              aria-label={text.restoreOf(label.name)}
              onClick={() => onRestore(label)}
            >
              {text.restore}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Puts a label in the place of its earlier state. */
function replace(open: OpenProject, label: Label): void {
  open.allLabels.value = open.allLabels
    .peek()
    .map((other) => (other.id === label.id ? label : other))
    .toSorted((a, b) => a.place - b.place || a.id - b.id);
}
