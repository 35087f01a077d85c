import { render } from "preact";
import { SegmentationClient } from "segmentation-client";
import { Shell } from "./app/Shell";
import { Studio } from "./app/Studio";
import { applyTheme } from "./app/ThemeButton";
import { applyLanguage } from "./texts/texts";
import "./styles/studio.css";

applyLanguage();
applyTheme();
render(<Shell studio={new Studio(new SegmentationClient(location.origin))} />, document.getElementById("studio")!);
performance.mark("interactive");
