import { render } from "preact";
import { SegmentationClient } from "segmentation-client";
import { Shell } from "./app/Shell";
import { Studio } from "./app/Studio";
import { applyTheme } from "./app/ThemeButton";
import { watchVersion } from "./app/version";
import { retrying } from "./shared/loading";
import { applyLanguage } from "./texts/texts";
import "./styles/studio.css";

applyLanguage();
applyTheme();
const client = new SegmentationClient(location.origin, {
  loadGrpcWeb: retrying(() => import("segmentation-client/grpc-web")),
});
const studio = new Studio(client);
render(<Shell studio={studio} />, document.getElementById("studio")!);
watchVersion(studio.router.connection, studio.notices);
void studio.session.resuming.reopen();
performance.mark("interactive");
