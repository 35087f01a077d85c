// Frames a second on a desk with a thousand masks on one picture of 2400 x 1600 pixels, in headless Chromium, while the
// pointer hovers, pans, zooms and draws. From services/studio: npm run bench:desk [-- MASKS]. CHROMIUM names a browser of
// another name.
import { inChromium } from "./inChromium.mjs";

const masks = process.argv[2] ?? "1000";
const { error, results, width, height, ...rest } = await inChromium(`benchmarks/page/desk.html?masks=${masks}`, {
  flags: ["--window-size=1360,850"],
});
if (error) {
  console.error(error);
  process.exit(1);
}
console.log(`${rest.masks} masks; canvas of ${width} x ${height} CSS pixels`);
for (const [name, { fps, longestMs }] of Object.entries(results)) {
  console.log(`${name.padEnd(10)} ${fps.toFixed(1).padStart(6)} frames a second, longest wait ${longestMs.toFixed(0)} ms`);
}
process.exit(0);
