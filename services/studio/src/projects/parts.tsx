import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { inWords } from "../texts/errors";
import { numbers, words } from "../texts/projects/texts";

/** Says why something failed, and tries again. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  return (
    <div class="failure" role="alert">
      {error !== undefined && <p class="trouble">{inWords(error)}</p>}
      {error !== undefined && onRetry && (
        <button type="button" class="button bordered" onClick={onRetry}>{words.value.common.again}</button>
      )}
    </div>
  );
}

/** What a list says that has nothing to show: what to do next. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Properties of a field. */
export interface FieldProps {
  readonly label: string;
  /** What the server says is wrong with it. */
  readonly problem?: string | undefined;
  readonly hint?: string | undefined;
  /** The control: gets the attributes that tie it to its problem and its hint. */
  readonly children: (attributes: FieldAttributes) => ComponentChildren;
}

/** Attributes of the control of a field. */
export interface FieldAttributes {
  readonly id: string;
  readonly "aria-invalid": boolean;
  readonly "aria-describedby": string | undefined;
}

/** A labelled control with its hint and its problem. */
export function Field({ label, problem, hint, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div class="form-field">
      <label for={id}>{label}</label>
      {children({ id, "aria-invalid": problem !== undefined, "aria-describedby": described || undefined })}
      {hint && <small id={`${id}-hint`}>{hint}</small>}
      {problem && <small id={`${id}-problem`} class="trouble" role="alert">{problem}</small>}
    </div>
  );
}

/** A bar of what is done; without a total it only says that something is going on. */
export function Bar({ label, done, total }: { label: string; done: number; total: number }) {
  return (
    <progress class="bar" aria-label={label} {...(total > 0 ? { value: Math.min(done, total), max: total } : {})}>
      {total > 0 && numbers.value.percent(Math.min(1, done / total))}
    </progress>
  );
}

/** A number with its name, as in a head of figures. */
export function Figure({ name, value }: { name: string; value: string }) {
  return <div class="figure"><dt>{name}</dt><dd>{value}</dd></div>;
}

/** Properties of a choice among a few values. */
export interface ChoiceProps<T extends string | number> {
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
  readonly attributes?: Partial<FieldAttributes> & { readonly "aria-label"?: string; readonly disabled?: boolean };
}

/** A choice among a few values. */
export function Choice<T extends string | number>({ value, options, onChange, attributes }: ChoiceProps<T>) {
  return (
    <select
      {...attributes}
      value={String(value)}
      onChange={({ currentTarget }) => onChange(options[currentTarget.selectedIndex][0])}
    >
      {options.map(([option, name]) => <option key={option} value={String(option)}>{name}</option>)}
    </select>
  );
}
