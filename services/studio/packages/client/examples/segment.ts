import { openAsBlob } from "node:fs";
import { SegmentationClient } from "segmentation-client";
import { areaOf, decodeCounts } from "segmentation-client/rle";

const [server, picture] = process.argv.slice(2);
const client = new SegmentationClient(server);

const image = await client.upload(await openAsBlob(picture));
const answer = await client.segment({
  image: { case: "imageId", value: image.id },
  prompts: [{ points: [{ x: 300, y: 200 }] }],
});

for (const { rle, predictedIou } of answer.results[0].masks) {
  const [height, width] = rle!.size;
  const area = areaOf({ height, width, counts: decodeCounts(rle!.counts) });
  console.log(`${area} of ${width * height} pixels, predicted IoU ${predictedIou.toFixed(2)}`);
}
