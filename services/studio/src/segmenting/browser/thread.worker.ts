import { help, type ThreadStart } from "segmentation-decoder";

self.onmessage = ({ data }: MessageEvent<ThreadStart>) => void help(data);
