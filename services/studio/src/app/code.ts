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
  const prompts = [jsonOf(prompt)];
  const grpcUrl = grpcUrlOf(httpUrl);
  return [
    { title: "curl", code: curlOf(imageId, fileName, JSON.stringify({ prompts }), httpUrl) },
    { title: "grpcurl", code: grpcurlOf(fileName, JSON.stringify({ imageId, prompts }), grpcUrl) },
    { title: "C#", code: csharpOf(fileName, prompt, grpcUrl) },
  ];
}

/** The default ports are neighbours; where others are configured the address is to be changed. */
function grpcUrlOf(httpUrl: string): string {
  return httpUrl.replace(/:(\d+)$/, (_, port) => `:${Number(port) - 1}`);
}

function jsonOf({ points, box }: PromptSpec): object {
  return {
    points: points.map(({ x, y, foreground }) => ({
      x, y, label: foreground ? "POINT_LABEL_FOREGROUND" : "POINT_LABEL_BACKGROUND",
    })),
    ...(box ? { box } : {}),
  };
}

function curlOf(imageId: string, fileName: string, request: string, url: string): string {
  return `curl -H 'Content-Type: application/octet-stream' --data-binary @${quoted(fileName)} \\
  ${url}/v1/images

curl -H 'Content-Type: application/json' -d '${request}' \\
  ${url}/v1/images/${imageId}:segment
`;
}

function grpcurlOf(fileName: string, request: string, url: string): string {
  const { protocol, host } = new URL(url);
  const grpcurl = protocol === "https:" ? "grpcurl" : "grpcurl -plaintext";
  return `printf '{"chunk":"%s"}' "$(base64 -w0 ${quoted(fileName)})" |
  ${grpcurl} -d @ ${host} segmentation.v1.ImageService/UploadImage

${grpcurl} -d '${request}' \\
  ${host} segmentation.v1.SegmentationService/Segment
`;
}

function csharpOf(fileName: string, { points, box }: PromptSpec, url: string): string {
  const label = (foreground: boolean) => `PointLabel.${foreground ? "Foreground" : "Background"}`;
  const parts = [
    "Points =",
    "{",
    ...points.map(({ x, y, foreground }) => `    new Point { X = ${x}f, Y = ${y}f, Label = ${label(foreground)} },`),
    "},",
    ...(box ? [
      `Box = new Box { XMin = ${box.xMin}f, YMin = ${box.yMin}f, XMax = ${box.xMax}f, YMax = ${box.yMax}f },`,
    ] : []),
  ];
  return `using Google.Protobuf;
using Grpc.Net.Client;
using Segmentation.Protocol.V1;

using var channel = GrpcChannel.ForAddress("${url}");
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

/** A word for a shell. */
function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
