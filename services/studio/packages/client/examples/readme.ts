import { openAsBlob } from "node:fs";
import { PointLabel, SegmentationClient, SegmentationError } from "segmentation-client";
import { OperationResult, ProjectsClient } from "segmentation-client/projects";

const [server, path] = process.argv.slice(2);
const credential = process.env["SEGMENTATION_API_KEY"];
const client = new SegmentationClient(server, { credential });

const file = await openAsBlob(path);
const image = await client.upload(file);
console.log(`${image.id}, ${image.width} x ${image.height} pixels`);

const click = { points: [{ x: 300, y: 200 }] };
const response = await client.segment({ image: { case: "imageId", value: image.id }, prompts: [click] });
for (const mask of response.results[0].masks) {
  console.log(`${mask.area} pixels, predicted IoU ${mask.predictedIou.toFixed(2)}`);
}

const all = { image: { case: "imageId", value: image.id }, options: { pointsPerSide: 8 } } as const;
for await (const { response: found } of client.everything(all)) {
  if (found.case === "mask") {
    console.log(`mask ${found.value.index}: ${found.value.mask?.area} pixels`);
  }
}

const session = client.live({ restore: () => client.upload(file) });
session.open(image.id);
const first = await session.segment(click);
const refined = await session.segment({
  points: [...click.points, { x: 250, y: 150, label: PointLabel.BACKGROUND }],
  mask: { source: { case: "maskId", value: first.result!.masks[0].id } },
});
console.log(`${refined.result!.masks[0].area} pixels after refinement`);
session.close();

for (const { id, licence, isDefault } of await client.listModels()) {
  console.log(`${id} (${licence})${isDefault ? ", the default" : ""}`);
}

const [{ id: model }] = await client.listModels();
const chosen = new SegmentationClient(server, { credential, model });
const again = await chosen.upload(file);
console.log(`uploaded for ${again.model}`);

const projects = new ProjectsClient(server, { credential });
const { id: project } = await projects.projects.createProject({
  project: { id: crypto.randomUUID(), name: "Coffee" }, labels: ["cup", "spoon"],
});
const picture = await projects.uploadPicture(project, "coffee.png", file);

const cup = { id: crypto.randomUUID(), label: 1, mask: response.results[0].masks[0].rle };
const { outcomes } = await projects.annotations.applyOperations({
  project, picture: picture.id,
  operations: [{ id: crypto.randomUUID(), change: { case: "create", value: cup } }],
});
console.log(`the annotation is stored: ${OperationResult[outcomes[0].result]}`);

const { id: transfer } = await projects.transfers.startExport({
  project, format: "coco", requestId: crypto.randomUUID(),
});
for await (const now of projects.transfers.watchTransfer({ project, transfer })) {
  console.log(`${now.doneCount} of ${now.itemCount} pictures`);
}

const zip = await projects.result(project, transfer);
console.log(`${zip.size} bytes of COCO`);

try {
  await client.segment({
    image: { case: "imageId", value: image.id }, prompts: [{ points: [{ x: 9999, y: 200 }] }],
  });
} catch (error) {
  if (error instanceof SegmentationError) {
    console.log(`${error.reason}: ${error.violations[0].field} is wrong`);
  }
}
