import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import {
  create, type Job, type PictureFilter, PictureFilterSchema, PictureState, Split,
} from "segmentation-client/projects";
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
/** Conditions with yes and no that are always shown, and those that are shown on request. */
const SWITCHES = ["hasAnnotations", "hasProposals"] as const;
const MORE_SWITCHES = ["hasUnsatisfactory", "hasIssues", "excluded"] as const;

/** An attribute with its value: before the value is begun, the server would refuse the condition. */
const ATTRIBUTE = /^[^=]+=./;

/** Properties of the bar. */
export interface FilterBarProps {
  readonly open: OpenProject;
  readonly filter: PictureFilter;
  /** The job of the filter, once it is read. */
  readonly job: Job | undefined;
  readonly onChange: (filter: PictureFilter) => void;
}

/** Conditions that pictures must fulfil: the usual ones in one row, the others below on request. */
export function FilterBar({ open, filter, job, onChange }: FilterBarProps) {
  const text = words.value.filters;
  const hasMore =
    filter.splits.length > 0 || filter.attribute !== "" || MORE_SWITCHES.some((name) => filter[name] !== undefined);
  const isAsked = useSignal(hasMore);
  const showsMore = isAsked.value || hasMore;
  const set = (change: Partial<PictureFilter>) => onChange({ ...filter, ...change });
  const switched = (name: Switch) => (
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
  );
  return (
    <div class="filters" role="search" aria-label={text.title}>
      <div class="filter-row">
        <Typed label={text.name} value={filter.name} onChange={(name) => set({ name })} />
        <Choice
          attributes={{ "aria-label": text.state }}
          value={filter.states.length === 1 ? filter.states[0] : 0}
          options={[[0, text.anyState], ...STATES.map((state) => [state, words.value.states[state]] as const)]}
          onChange={(state) => set({ states: state ? [state] : [] })}
        />
        <Choice
          attributes={{ "aria-label": text.label }}
          value={filter.labels[0] ?? 0}
          options={[[0, text.anyLabel], ...open.allLabels.value.map(({ id, name }) => [id, name] as const)]}
          onChange={(label) => set({ labels: label ? [label] : [] })}
        />
        {SWITCHES.map(switched)}
        <button
          type="button"
          class="button bordered"
          aria-expanded={showsMore}
          disabled={hasMore}
          onClick={() => (isAsked.value = !isAsked.value)}
        >
          {text.more}
        </button>
        {filter.job > 0n && <span class="chip-static">{text.ofJob(job?.name ?? String(filter.job))}</span>}
        {!isEmpty(filter) && (
          <button type="button" class="button" onClick={() => onChange(create(PictureFilterSchema))}>
            {text.clear}
          </button>
        )}
      </div>
      {showsMore && (
        <div class="filter-row">
          <Choice
            attributes={{ "aria-label": text.split }}
            value={filter.splits.length === 1 ? filter.splits[0] : -1}
            options={[
              [-1, text.anySplit],
              ...SPLITS.map((split) => [split as number, words.value.splits[split]] as const),
            ]}
            onChange={(split) => set({ splits: split < 0 ? [] : [split as Split] })}
          />
          {MORE_SWITCHES.map(switched)}
          <Typed
            label={text.attribute}
            hint={text.attributeForm}
            counts={(typed) => typed === "" || ATTRIBUTE.test(typed)}
            value={filter.attribute}
            onChange={(attribute) => set({ attribute })}
          />
        </div>
      )}
    </div>
  );
}

type Switch = (typeof SWITCHES)[number] | (typeof MORE_SWITCHES)[number];

interface TypedProps {
  readonly label: string;
  readonly hint?: string;
  /** Tells if a text counts as soon as the person pauses; Enter makes any text count. */
  readonly counts?: (typed: string) => boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A condition that is typed: it counts when the person pauses, or presses Enter. */
function Typed({ label, hint, counts, value, onChange }: TypedProps) {
  const typed = useSignal(value);
  useEffect(() => {
    typed.value = value;
  }, [value]);
  useEffect(() => {
    if (typed.value === value || counts?.(typed.value) === false) {
      return undefined;
    }
    const timer = setTimeout(() => onChange(typed.value), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed.value]);
  return (
    <input
      type="search"
      class={hint ? "filter-text long" : "filter-text"}
      aria-label={label}
      placeholder={hint ?? label}
      title={label}
      value={typed.value}
      onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
      onKeyDown={({ key }) => key === "Enter" && onChange(typed.value)}
    />
  );
}
