import { signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Code, SegmentationError } from "segmentation-client";
import { JobKind, type PictureFilter, Role } from "segmentation-client/projects";
import { useFetched } from "../projects/Fetched";
import type { OpenProject } from "../projects/OpenProject";
import type { PagesContext } from "../projects/PagesContext";
import { Choice, Empty, Failure } from "../projects/parts";
import { useSending } from "../projects/Sending";
import { isEmpty, readFilter, writeFilter } from "../routing/filters";
import { goTo, replaceAddress } from "../routing/router";
import { toDesk, toProject } from "../routing/routes";
import { remember, remembered } from "../shared/settings";
import { words } from "../texts/projects/texts";
import { windowHolder } from "../shared/holder";
import { FilterBar } from "./FilterBar";
import { Grid } from "./Grid";
import { PictureList } from "./PictureList";
import { Selection } from "./Selection";
import { SelectionBar } from "./SelectionBar";
import { Thumbnails } from "./Thumbnails";

/** Least widths of tiles in CSS pixels, by their names. */
const SIZES = { small: 96, medium: 150, large: 240 } as const;

/** Least time between two countings while pictures come. */
const REFRESH_MS = 1000;

/** Orders that the server has. */
const ORDERS = [
  "",
  "id desc",
  "name",
  "update_time desc",
  "mean_predicted_iou",
  "agreement",
  "unsatisfactory_count desc",
] as const;

const size = signal(remembered("tiles", ["small", "medium", "large"] as const, "medium"));

/** Properties of the gallery. */
export interface GalleryPageProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  readonly query: URLSearchParams;
  /** The buttons that bring pictures. */
  readonly adding: ComponentChildren;
  /** Changes when pictures have come. */
  readonly arrived: number;
  /** Starts a run or a job with pictures. */
  readonly onUse: (page: "runs" | "jobs", pictures: readonly bigint[]) => void;
}

/** All pictures of a project as thumbnails. */
export function GalleryPage({ pages, open, query, adding, arrived, onUse }: GalleryPageProps) {
  const address = query.toString();
  const filter = useMemo(() => readFilter(query), [address]);
  const orderBy = ORDERS.find((order) => order === query.get("order")) ?? "";
  const list = useMemo(() => new PictureList(pages.client, { project: open.id, filter, orderBy }), [open, address]);
  const thumbnails = useMemo(() => new Thumbnails(pages.client, open.id), [open]);
  const selection = useMemo(() => new Selection(), [open, address]);
  const refresh = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const job = useFetched(
    async (signal) =>
      filter.job ? pages.client.jobs.getJob({ project: open.id, job: filter.job }, { signal }) : undefined,
    [open.id, filter.job],
  ).value.value;
  const isReview = job?.kind === JobKind.REVIEW;
  const newest = useRef(list);
  newest.current = list;
  const next = useSending();
  const noneLeft = useSignal(false);
  const text = words.value.gallery;
  useEffect(() => () => list.stop(), [list]);
  useEffect(() => {
    open.gallery = query;
  }, [open, address]);
  useEffect(() => () => thumbnails.close(), [thumbnails]);
  useEffect(() => {
    // Pictures come by the dozen: they are counted once a second.
    if (arrived > 0 && refresh.current === undefined) {
      refresh.current = setTimeout(() => {
        refresh.current = undefined;
        void newest.current.reload();
      }, REFRESH_MS);
    }
  }, [arrived]);
  useEffect(() => () => clearTimeout(refresh.current), []);
  const show = (changed: PictureFilter, order: string) => {
    const words = new URLSearchParams();
    writeFilter(changed, words);
    if (order) {
      words.set("order", order);
    }
    replaceAddress(toProject(open.id, "gallery", Object.fromEntries(words)));
  };
  const goNext = async () => {
    noneLeft.value = false;
    try {
      const { picture } = await pages.client.pictures.nextPicture({
        project: open.id,
        holder: windowHolder(),
        filter,
        job: filter.job,
      });
      goTo(toDesk(open.id, picture!.id, filter.job, isReview));
    } catch (error) {
      if (!(error instanceof SegmentationError) || error.code !== Code.NotFound) {
        throw error;
      }
      noneLeft.value = true;
    }
  };
  const total = list.total.value;
  return (
    <div class="gallery-page">
      <div class="gallery-bar" hidden={selection.ids.value.size > 0}>
        {open.may(Role.ANNOTATOR) && (
          <button
            type="button"
            class="button primary"
            disabled={next.isBusy.value || total === 0}
            onClick={() => void next.send(goNext)}
          >
            {text.next}
          </button>
        )}
        {adding}
        <span class="gallery-count" role="status">
          {total === null ? text.loading : text.pictures(total)}
        </span>
        <Choice
          attributes={{ "aria-label": text.order }}
          value={orderBy}
          options={ORDERS.map((order) => [order, text.orders[order]] as const)}
          onChange={(order) => show(filter, order)}
        />
        <Choice
          attributes={{ "aria-label": text.size }}
          value={size.value}
          options={[
            ["small", text.small],
            ["medium", text.medium],
            ["large", text.large],
          ]}
          onChange={(chosen) => {
            size.value = chosen;
            remember("tiles", chosen);
          }}
        />
        <button type="button" class="button bordered" onClick={() => void list.reload()}>
          {text.reload}
        </button>
      </div>
      {/* In the place of the bar: the pictures below stay where they are. */}
      {selection.ids.value.size > 0 && (
        <SelectionBar
          pages={pages}
          open={open}
          ids={selection.ids.value}
          onClear={() => selection.clear()}
          onChanged={(pictures) => list.replace(pictures)}
          onDeleted={() => {
            selection.clear();
            void list.reload();
            void open.load();
          }}
          onUse={(page) => onUse(page, [...selection.ids.peek()])}
        />
      )}
      <FilterBar open={open} filter={filter} job={job} onChange={(changed) => show(changed, orderBy)} />
      <Failure error={list.error.value ?? next.error.value} onRetry={() => void list.reload()} />
      {noneLeft.value && (
        <p class="notice-line" role="status">
          {text.noneLeft}
        </p>
      )}
      {total === 0 ? (
        isEmpty(filter) ? (
          <Empty title={text.empty}>
            <p>{text.emptyThen}</p>
          </Empty>
        ) : (
          <Empty title={text.noMatch}>
            <p>{text.noMatchThen}</p>
          </Empty>
        )
      ) : (
        <Grid
          list={list}
          thumbnails={thumbnails}
          selection={selection}
          tile={SIZES[size.value]}
          me={pages.access.state.value?.person?.subject}
          onOpen={(picture) => goTo(toDesk(open.id, picture.id, filter.job, isReview))}
        />
      )}
    </div>
  );
}
