import type { PromptSpec } from "../annotation/types";

/** A request in a language. */
export interface Snippet {
  readonly title: string;
  readonly code: string;
}

/**
 * The request for a prompt's masks, to be run elsewhere.
 *
 * @param imageId `sha256:...`
 * @param fileName The picture's file, as it is to be found there.
 * @param prompt What was pointed at.
 * @param httpUrl The server's HTTP address, from which the studio came.
 */
export function snippetsOf(imageId: string, fileName: string, prompt: PromptSpec, httpUrl: string): Snippet[] {
  const request = JSON.stringify({ prompts: [jsonOf(prompt)] });
  const byId = JSON.stringify({ imageId, prompts: [jsonOf(prompt)] });
  // The default ports are neighbours; where others are configured the address is to be changed.
  const grpc = httpUrl.replace(/^https?:\/\//, "").replace(/:7081$/, ":7080");
  return [
    {
      title: "curl",
      code: `curl --data-binary @${quoted(fileName)} ${httpUrl}/v1/images\n\n`
        + `curl -H 'Content-Type: application/json' -d '${request}' \\\n  ${httpUrl}/v1/images/${imageId}:segment\n`,
    },
    {
      title: "grpcurl",
      code: `printf '{"chunk":"%s"}' "$(base64 -w0 ${quoted(fileName)})" |\n`
        + `  grpcurl -plaintext -d @ ${grpc} segmentation.v1.ImageService/UploadImage\n\n`
        + `grpcurl -plaintext -d '${byId}' \\\n  ${grpc} segmentation.v1.SegmentationService/Segment\n`,
    },
    { title: "C#", code: csharpOf(fileName, prompt, grpc) },
  ];
}

function jsonOf({ points, box }: PromptSpec): object {
  return {
    points: points.map(({ x, y, foreground }) => ({
      x: round(x), y: round(y), label: foreground ? "POINT_LABEL_FOREGROUND" : "POINT_LABEL_BACKGROUND",
    })),
    ...(box ? {
      box: { xMin: round(box.xMin), yMin: round(box.yMin), xMax: round(box.xMax), yMax: round(box.yMax) },
    } : {}),
  };
}

function csharpOf(fileName: string, { points, box }: PromptSpec, grpc: string): string {
  const parts = points.map(({ x, y, foreground }) =>
    `Points = { new Point { X = ${round(x)}f, Y = ${round(y)}f, `
    + `Label = PointLabel.${foreground ? "Foreground" : "Background"} } },`);
  if (box) {
    parts.push(`Box = new Box { XMin = ${round(box.xMin)}f, YMin = ${round(box.yMin)}f, `
      + `XMax = ${round(box.xMax)}f, YMax = ${round(box.yMax)}f },`);
  }
  return `using Google.Protobuf;
using Grpc.Net.Client;
using Segmentation.Protocol.V1;

using var channel = GrpcChannel.ForAddress("http://${grpc}");
var client = new SegmentationService.SegmentationServiceClient(channel);
var answer = await client.SegmentAsync(new SegmentRequest
{
    ImageData = ByteString.CopyFrom(File.ReadAllBytes(${JSON.stringify(fileName)})),
    Prompts =
    {
        new Prompt
        {
            ${parts.join("\n            ")}
        },
    },
});
Console.WriteLine(answer.Results[0].Masks[0].Rle.Counts);
`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** A word for a shell. */
function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
