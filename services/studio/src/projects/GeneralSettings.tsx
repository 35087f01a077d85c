import { useSignal } from "@preact/signals";
import {
  create,
  PictureOrder,
  type Project,
  type ProjectSettings,
  ProjectSettingsSchema,
  Role,
} from "segmentation-client/projects";
import { numbers, words } from "../texts/projects/texts";
import { useFetched } from "./Fetched";
import type { OpenProject } from "./OpenProject";
import type { PagesContext } from "./PagesContext";
import { Choice, Failure, Field } from "./parts";
import { useSending } from "./Sending";

const FIELDS = [
  "name",
  "description",
  "seconds_per_mask_hint",
  "model",
  "picture_order",
  "picture_seed",
  "default_role",
  "review_share",
  "replicas",
  "match_iou",
  "hand_out_metadata",
];

/** Seconds a mask of the SAM paper's rule, which stand for 0. */
const PAPER_SECONDS = 30;

interface GeneralSettingsProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  readonly project: Project;
}

/** Settings of a project but for its labels and members. */
export function GeneralSettings({ pages, open, project }: GeneralSettingsProps) {
  const settings = useSignal<ProjectSettings>(project.settings ?? create(ProjectSettingsSchema));
  const sending = useSending();
  const models = useFetched((signal) => pages.server.listModels(signal), []);
  const text = words.value.settings;
  const now = settings.value;
  const set = (change: Partial<ProjectSettings>) => (settings.value = { ...settings.peek(), ...change });
  const save = async () => {
    open.project.value = await pages.client.projects.updateProject({
      project: { id: project.id, revision: project.revision, settings: settings.value },
      updateMask: { paths: ["settings"] },
    });
    pages.notices.add(words.peek().common.saved);
  };
  const number = (
    name: keyof ProjectSettings & string,
    field: string,
    label: string,
    hint: string,
    attributes: object,
    scale = 1,
  ) => (
    <Field label={label} hint={hint} problem={sending.problemOf(field)}>
      {(own) => (
        <input
          type="number"
          {...own}
          {...attributes}
          value={Math.round(Number(now[name]) * scale * 100) / 100}
          onInput={({ currentTarget }) => set({ [name]: Number(currentTarget.value) / scale })}
        />
      )}
    </Field>
  );
  return (
    <section aria-labelledby="settings-general">
      <h2 id="settings-general">{text.general}</h2>
      <form
        class="form grid"
        onSubmit={(event) => {
          event.preventDefault();
          void sending.send(save);
        }}
      >
        <Field label={text.order} hint={text.orderHint} problem={sending.problemOf("picture_order")}>
          {(own) => (
            <Choice
              attributes={own}
              value={now.pictureOrder || PictureOrder.SEQUENCE}
              options={orders()}
              onChange={(pictureOrder) => set({ pictureOrder })}
            />
          )}
        </Field>
        <Field label={text.seed} hint={text.seedHint} problem={sending.problemOf("picture_seed")}>
          {(own) => (
            <input
              type="number"
              {...own}
              step={1}
              value={String(now.pictureSeed)}
              onInput={({ currentTarget }) => set({ pictureSeed: BigInt(Math.trunc(Number(currentTarget.value))) })}
            />
          )}
        </Field>
        <Field label={text.model} hint={text.modelHint} problem={sending.problemOf("model")}>
          {(own) => (
            <Choice
              attributes={own}
              value={now.model}
              onChange={(model) => set({ model })}
              options={[["", text.serverChoice], ...names(models.value.value, now.model)]}
            />
          )}
        </Field>
        {number("secondsPerMaskHint", "seconds_per_mask_hint", text.seconds, text.secondsHint(PAPER_SECONDS), {
          min: 0,
          max: 3600,
          step: 1,
        })}
        <Field label={text.defaultRole} hint={text.defaultRoleHint} problem={sending.problemOf("default_role")}>
          {(own) => (
            <Choice
              attributes={own}
              value={now.defaultRole}
              onChange={(defaultRole) => set({ defaultRole })}
              options={[[Role.UNSPECIFIED, words.value.roles[0]], ...roles()]}
            />
          )}
        </Field>
        {number(
          "reviewShare",
          "review_share",
          text.reviewShare,
          text.reviewShareHint,
          { min: 0, max: 100, step: 1 },
          100,
        )}
        {number("replicas", "replicas", text.replicas, text.replicasHint, { min: 0, max: 20, step: 1 })}
        {number("matchIou", "match_iou", text.matchIou, text.matchIouHint(numbers.value.decimal(0.5, 1)), {
          min: 0,
          max: 1,
          step: 0.05,
        })}
        <label class="check wide">
          <input
            type="checkbox"
            checked={now.handOutMetadata}
            onChange={({ currentTarget }) => set({ handOutMetadata: currentTarget.checked })}
          />
          <span>
            {text.metadata}
            <small>{text.metadataHint}</small>
          </span>
        </label>
        <Failure error={sending.otherThan(FIELDS)} onRetry={() => void open.load()} />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={sending.isBusy.value}>
            {words.value.common.save}
          </button>
        </div>
      </form>
    </section>
  );
}

/** The orders by which pictures are handed out. */
function orders() {
  return [1, 2, 3, 4, 5].map((order) => [order, words.value.orders[order as PictureOrder]] as const);
}

/** The roles, least rights first. */
export function roles(): (readonly [Role, string])[] {
  return [Role.VIEWER, Role.ANNOTATOR, Role.REVIEWER, Role.MANAGER].map((role) => [role, words.value.roles[role]]);
}

/** Models to choose from; the chosen one too where the server does not have it now. */
function names(models: readonly { readonly id: string }[] | undefined, chosen: string): [string, string][] {
  const ids = (models ?? []).map(({ id }) => id);
  return [...ids, ...(chosen === "" || ids.includes(chosen) ? [] : [chosen])].map((id) => [id, id]);
}
