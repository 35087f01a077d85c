import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { create, type PictureFilter, PictureFilterSchema, PictureState, Split } from "segmentation-client/projects";
import { Choice } from "../projects/parts";
import type { OpenProject } from "../projects/OpenProject";
import { isEmpty } from "../routing/filters";
import { words } from "../texts/projects/texts";

/** Wait after the last letter before the pictures are asked for. */
const TYPING_MS = 250;

const STATES = [
  PictureState.NEW,
  PictureState.IN_PROGRESS,
  PictureState.DONE,
  PictureState.TO_REVISIT,
  PictureState.ACCEPTED,
];
const SPLITS = [Split.UNSPECIFIED, Split.TRAIN, Split.VALIDATION, Split.TEST];
const SWITCHES = ["hasAnnotations", "hasProposals", "hasUnsatisfactory", "hasIssues", "excluded"] as const;

/** Properties of the bar. */
export interface FilterBarProps {
  readonly open: OpenProject;
  readonly filter: PictureFilter;
  readonly onChange: (filter: PictureFilter) => void;
}

/** Conditions that pictures must fulfil. */
export function FilterBar({ open, filter, onChange }: FilterBarProps) {
  const text = words.value.filters;
  const set = (change: Partial<PictureFilter>) => onChange({ ...filter, ...change });
  return (
    <div class="filters" role="search" aria-label={text.title}>
      <Typed label={text.name} value={filter.name} onChange={(name) => set({ name })} />
      <Choice
        attributes={{ "aria-label": text.state }}
        value={filter.states.length === 1 ? filter.states[0] : 0}
        options={[[0, text.anyState], ...STATES.map((state) => [state, words.value.states[state]] as const)]}
        onChange={(state) => set({ states: state ? [state] : [] })}
      />
      <Choice
        attributes={{ "aria-label": text.split }}
        value={filter.splits.length === 1 ? filter.splits[0] : -1}
        options={[[-1, text.anySplit], ...SPLITS.map((split) => [split as number, words.value.splits[split]] as const)]}
        onChange={(split) => set({ splits: split < 0 ? [] : [split as Split] })}
      />
      <Choice
        attributes={{ "aria-label": text.label }}
        value={filter.labels[0] ?? 0}
        options={[[0, text.anyLabel], ...open.allLabels.value.map(({ id, name }) => [id, name] as const)]}
        onChange={(label) => set({ labels: label ? [label] : [] })}
      />
      {SWITCHES.map((name) => (
        <Choice
          key={name}
          attributes={{ "aria-label": text[name].title }}
          value={filter[name] === undefined ? "" : filter[name] ? "yes" : "no"}
          options={[
            ["", text[name].any],
            ["yes", text[name].yes],
            ["no", text[name].no],
          ]}
          onChange={(value) => set({ [name]: value === "" ? undefined : value === "yes" })}
        />
      ))}
      <Typed
        label={text.attribute}
        hint={text.attributeForm}
        value={filter.attribute}
        onChange={(attribute) => set({ attribute })}
      />
      {filter.job > 0n && <span class="chip-static">{text.ofJob(String(filter.job))}</span>}
      {!isEmpty(filter) && (
        <button type="button" class="button" onClick={() => onChange(create(PictureFilterSchema))}>
          {text.clear}
        </button>
      )}
    </div>
  );
}

interface TypedProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A condition that is typed: it counts when the person pauses, or presses Enter. */
function Typed({ label, hint, value, onChange }: TypedProps) {
  const typed = useSignal(value);
  useEffect(() => {
    typed.value = value;
  }, [value]);
  useEffect(() => {
    if (typed.value === value) {
      return undefined;
    }
    const timer = setTimeout(() => onChange(typed.value), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed.value]);
  return (
    <input
      type="search"
      class="filter-text"
      aria-label={label}
      placeholder={hint ?? label}
      title={label}
      value={typed.value}
      onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
      onKeyDown={({ key }) => key === "Enter" && onChange(typed.value)}
    />
  );
}
