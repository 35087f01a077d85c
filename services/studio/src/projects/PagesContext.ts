import type { ProjectsClient } from "segmentation-client/projects";
import type { SegmentationClient } from "segmentation-client";
import type { Access } from "../access/Access";
import type { Notices } from "../shared/Notices";
import type { OpenProject } from "./OpenProject";

/** What all pages of projects use. */
export interface PagesContext {
  readonly client: ProjectsClient;
  readonly server: SegmentationClient;
  readonly access: Access;
  readonly notices: Notices;
}

/** Properties of a page of a project. */
export interface PageProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  /** What the address asks for, for example a filter of pictures. */
  readonly query: URLSearchParams;
}
