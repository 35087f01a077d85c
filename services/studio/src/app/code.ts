import type { PromptSpec } from "../annotation/types";

/** A program that sends a request. */
export interface Snippet {
  readonly title: string;
  readonly code: string;
}

/**
 * Writes the request for a prompt's masks as programs.
 *
 * @param imageId `sha256:...`
 * @param fileName Name of the picture's file.
 * @param prompt The prompt, with those that it refines.
 * @param httpUrl The server's HTTP address, from which the studio came.
 * @param needsKey True if the programs send the API key of the environment variable SEGMENTATION_API_KEY.
 */
export function snippetsOf(
  imageId: string, fileName: string, prompt: PromptSpec, httpUrl: string, needsKey: boolean,
): Snippet[] {
  const steps = stepsTo(prompt);
  const grpcUrl = grpcUrlOf(httpUrl);
  return [
    { title: "curl", code: curlOf(imageId, fileName, steps, httpUrl, needsKey) },
    { title: "grpcurl", code: grpcurlOf(imageId, fileName, steps, grpcUrl, needsKey) },
    { title: "C#", code: csharpOf(fileName, steps, grpcUrl, needsKey) },
  ];
}

/** The option by which curl and grpcurl send the key; the shell fills it in. */
const KEY_HEADER = ` -H "x-api-key: $SEGMENTATION_API_KEY"`;

/** One of the prompts that lead to a mask. */
interface Step {
  readonly prompt: PromptSpec;
  /** Index of the mask among the answers to the step before; undefined for the first step. */
  readonly index: number | undefined;
}

/** A prompt after those whose masks it refines. */
function stepsTo(prompt: PromptSpec): readonly Step[] {
  const { refines } = prompt;
  return refines
    ? [...stepsTo(refines.prompt), { prompt, index: refines.index }] : [{ prompt, index: undefined }];
}

/** The gRPC address for the default ports, which are neighbours. */
function grpcUrlOf(httpUrl: string): string {
  return httpUrl.replace(/:(\d+)$/, (_, port) => `:${Number(port) - 1}`);
}

/** The request as JSON for a shell's single quotes; the mask's id is in a variable of the shell. */
function jsonOf({ prompt: { points, box }, index }: Step, fields: object = {}): string {
  const json = JSON.stringify({
    ...fields,
    prompts: [{
      points: points.map(({ x, y, foreground }) => ({
        x, y, label: foreground ? "POINT_LABEL_FOREGROUND" : "POINT_LABEL_BACKGROUND",
      })),
      ...(box ? { box } : {}),
      ...(index === undefined ? {} : { mask: { maskId: "$mask" } }),
    }],
  });
  return json.replace("$mask", `'"$mask"'`);
}

/** Shell lines of all steps; the id of the mask that the next step needs is put into a variable. */
function shellOf(steps: readonly Step[], call: (step: Step) => string): string {
  return steps.map((step, at) => {
    const index = steps[at + 1]?.index;
    // Names of masks are the only ids without a colon.
    return index === undefined ? `${call(step)}\n`
      : `mask=$(${call(step)} | grep -o '"id": *"[^":]*"' | sed -n ${index + 1}p | cut -d'"' -f4)\n`;
  }).join("\n");
}

function curlOf(
  imageId: string, fileName: string, steps: readonly Step[], url: string, needsKey: boolean,
): string {
  const key = needsKey ? KEY_HEADER : "";
  const segment = shellOf(steps, (step) => `curl -sS${key} -H 'Content-Type: application/json' -d '${jsonOf(step)}' \\
  ${url}/v1/images/${imageId}:segment`);
  return `curl${key} -H 'Content-Type: application/octet-stream' --data-binary @${quoted(fileName)} \\
  ${url}/v1/images

${segment}`;
}

function grpcurlOf(
  imageId: string, fileName: string, steps: readonly Step[], url: string, needsKey: boolean,
): string {
  const { protocol, host } = new URL(url);
  const grpcurl = `grpcurl${protocol === "https:" ? "" : " -plaintext"}${needsKey ? KEY_HEADER : ""}`;
  const segment = shellOf(steps, (step) => `${grpcurl} -d '${jsonOf(step, { imageId })}' \\
  ${host} segmentation.v1.SegmentationService/Segment`);
  return `printf '{"chunk":"%s"}' "$(base64 -w0 ${quoted(fileName)})" |
  ${grpcurl} -d @ ${host} segmentation.v1.ImageService/UploadImage

${segment}`;
}

function csharpOf(fileName: string, steps: readonly Step[], url: string, needsKey: boolean): string {
  const metadata = needsKey
    ? `var key = new Metadata { { "x-api-key", Environment.GetEnvironmentVariable("SEGMENTATION_API_KEY")! } };\n` : "";
  const calls = steps.map((step, at) => `${at === 0 ? "var result" : "result"} = await SegmentAsync(${csharpPromptOf(step)});\n`);
  return `using Google.Protobuf;
${needsKey ? "using Grpc.Core;\n" : ""}using Grpc.Net.Client;
using Segmentation.Protocol.V1;

using var channel = GrpcChannel.ForAddress("${url}");
var client = new SegmentationService.SegmentationServiceClient(channel);
var image = ByteString.CopyFrom(File.ReadAllBytes(${JSON.stringify(fileName)}));
${metadata}${calls.join("")}Console.WriteLine(result.Masks[0].Rle.Counts);

async Task<PromptResult> SegmentAsync(Prompt prompt) =>
    (await client.SegmentAsync(new SegmentRequest { ImageData = image, Prompts = { prompt } }${needsKey ? ", key" : ""})).Results[0];
`;
}

function csharpPromptOf({ prompt: { points, box }, index }: Step): string {
  const label = (foreground: boolean) => `PointLabel.${foreground ? "Foreground" : "Background"}`;
  const parts = [
    "Points =",
    "{",
    ...points.map(({ x, y, foreground }) => `    new Point { X = ${x}f, Y = ${y}f, Label = ${label(foreground)} },`),
    "},",
    ...(box ? [
      `Box = new Box { XMin = ${box.xMin}f, YMin = ${box.yMin}f, XMax = ${box.xMax}f, YMax = ${box.yMax}f },`,
    ] : []),
    ...(index === undefined ? [] : [`Mask = new MaskInput { MaskId = result.Masks[${index}].Id },`]),
  ];
  return `new Prompt\n{\n    ${parts.join("\n    ")}\n}`;
}

/** Quotes a word for a shell. */
function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
