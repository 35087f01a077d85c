import { useMemo } from "preact/hooks";
import { create, type PictureFilter, PictureFilterSchema } from "segmentation-client/projects";
import { isEmpty, readFilter } from "../routing/filters";
import { toProject } from "../routing/routes";
import { words } from "../texts/projects/texts";
import type { OpenProject } from "./OpenProject";

/** The pictures that a run or a job takes: those selected in the gallery, those of the address's filter, or all. */
export interface PictureScope {
  readonly pictures: bigint[];
  readonly filter: PictureFilter;
}

/** Pictures of a page: the selection of the gallery before the filter of the address. */
export function useScope(open: OpenProject, query: URLSearchParams): PictureScope {
  const address = query.toString();
  const filter = useMemo(() => readFilter(query), [address]);
  const chosen = open.chosen.value;
  return { pictures: [...chosen], filter: chosen.length > 0 ? create(PictureFilterSchema) : filter };
}

/** Says which pictures are taken, and leads to the gallery, where they are chosen. */
export function ScopeLine({ open, query }: { open: OpenProject; query: URLSearchParams }) {
  const { pictures, filter } = useScope(open, query);
  const text = words.value.scope;
  return (
    <p class="scope">
      {pictures.length > 0
        ? text.selection(pictures.length)
        : isEmpty(filter)
          ? text.all
          : text.filter}{" "}
      <a href={toProject(open.id, "gallery", Object.fromEntries(query))}>{text.choose}</a>
      {pictures.length > 0 && (
        <button type="button" class="button bordered" onClick={() => (open.chosen.value = [])}>
          {text.takeAll}
        </button>
      )}
    </p>
  );
}
