using System.Globalization;
using Google.Protobuf;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Drawing;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Protocol.V1;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;
using Prompt = Segmentation.Sam.Prompts.Prompt;

namespace Segmentation.Cli.Segmenting;

/// <summary>
/// Runs <c>segctl segment</c>: reads the image, answers the prompts, writes the outputs, prints a summary.
/// </summary>
internal static class SegmentRunner
{
    private static readonly JsonFormatter _json = new(JsonFormatter.Settings.Default.WithIndentation());

    public static async Task<int> RunAsync(SegmentArguments arguments, CancellationToken cancellationToken)
    {
        try
        {
            await SegmentAsync(arguments, cancellationToken).ConfigureAwait(false);
            return CommandRunner.Success;
        }
        catch (ImageException error)
        {
            throw new CliException($"{ImageInput.Shown(arguments.Image)}: {error.Message}", innerException: error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ModelException)
        {
            throw new CliException(error.Message, innerException: error);
        }
    }

    private static async Task SegmentAsync(SegmentArguments arguments, CancellationToken cancellationToken)
    {
        var file = await ImageInput.ReadAsync(arguments.Image, cancellationToken).ConfigureAwait(false);
        var header = ImageReader.ReadHeader(file, ImageLimits.Default);
        PromptCheck.ThrowIfOutside(arguments, header);
        OutputCheck.ThrowIfLost(arguments, file);
        var (response, prompts) = await AskAsync(arguments, file, header, cancellationToken).ConfigureAwait(false);
        if (arguments.OtherModel is not { } other)
        {
            await WriteAsync(arguments, file, prompts, response, cancellationToken).ConfigureAwait(false);
            await Console.Error.WriteLineAsync(Summary(response)).ConfigureAwait(false);
            return;
        }

        var second = arguments with { Model = other, Local = arguments.OtherLocal };
        var (compared, _) = await AskAsync(second, file, header, cancellationToken).ConfigureAwait(false);
        if (arguments.Overlay is { } overlay)
        {
            var drawn = PicturePair.Draw(
                Draw(file, response, prompts, cancellationToken), Draw(file, compared, prompts, cancellationToken));
            await File.WriteAllBytesAsync(overlay.FullName, PictureFile.Encode(drawn, overlay), cancellationToken)
                .ConfigureAwait(false);
        }

        await Console.Error.WriteLineAsync(ModelComparison.Text(response, Summary(response), compared, Summary(compared)))
            .ConfigureAwait(false);
    }

    private static async Task<(SegmentResponse Response, IReadOnlyList<Prompt> Prompts)> AskAsync(
        SegmentArguments arguments, byte[] file, ImageHeader header, CancellationToken cancellationToken)
    {
        var resizing = arguments.Local?.Layout.Resizing ?? Resizing.LongestSide;
        var logits = arguments.Mask is { } mask ? MaskFile.Read(mask, header, resizing, cancellationToken) : null;
        var prompts = arguments.Prompts(logits);
        using ISegmentationBackend backend = arguments.Server is { } server
            ? new RemoteBackend(server, arguments.Model)
            : new LocalBackend(arguments.Local!);
        var response = await backend
            .SegmentAsync(file, prompts, ResponseMapper.ToOutput(arguments), cancellationToken)
            .ConfigureAwait(false);
        return (response, prompts);
    }

    private static RgbImage Draw(
        byte[] file, SegmentResponse response, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken) =>
        Overlay.Draw(
            ImageReader.ReadFull(file, ImageLimits.Default, cancellationToken),
            [.. response.Results.Select(result => ResponseMapper.ToRunLengths(result.Masks[0]))],
            prompts);

    private static async Task WriteAsync(
        SegmentArguments arguments,
        byte[] file,
        IReadOnlyList<Prompt> prompts,
        SegmentResponse response,
        CancellationToken cancellationToken)
    {
        if (arguments.Logits is { } logits)
        {
            var best = response.Results[0].Masks[0].Logits;
            await File.WriteAllBytesAsync(logits.FullName, best.ToByteArray(), cancellationToken).ConfigureAwait(false);
        }

        if (arguments.Json is { } json)
        {
            var text = _json.Format(response) + "\n";
            await (json == "-"
                ? Console.Out.WriteAsync(text)
                : File.WriteAllTextAsync(json, text, cancellationToken)).ConfigureAwait(false);
        }

        if (arguments.Overlay is null && arguments.Cutout is null)
        {
            return;
        }

        var picture = ImageReader.ReadFull(file, ImageLimits.Default, cancellationToken);
        var masks = response.Results.Select(r => ResponseMapper.ToRunLengths(r.Masks[0])).ToList();
        if (arguments.Cutout is { } cutout)
        {
            var png = Cutout.Draw(picture, masks)
                ?? throw new CliException($"The mask is empty: there is nothing to cut out into {cutout}.");
            await File.WriteAllBytesAsync(cutout.FullName, png, cancellationToken).ConfigureAwait(false);
        }

        if (arguments.Overlay is { } overlay)
        {
            var drawn = PictureFile.Encode(Overlay.Draw(picture, masks, prompts), overlay);
            await File.WriteAllBytesAsync(overlay.FullName, drawn, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Summary(SegmentResponse response)
    {
        var image = response.Image;
        var lines = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture,
                $"{image.Width} x {image.Height} {image.MediaType}, encoded in {Milliseconds(image.EncodeDuration)} ms, "
                + $"decoded in {Milliseconds(response.DecodeDuration)} ms"),
        };
        for (var i = 0; i < response.Results.Count; i++)
        {
            foreach (var mask in response.Results[i].Masks)
            {
                var box = mask.BoundingBox;
                lines.Add(string.Create(CultureInfo.InvariantCulture,
                    $"  prompt {i + 1}: {mask.Area} pixels in {box.X},{box.Y} {box.Width} x {box.Height}, "
                    + $"predicted IoU {mask.PredictedIou:0.000}, stability {mask.StabilityScore:0.000}"));
            }
        }

        return string.Join(Environment.NewLine, lines);
    }

    private static string Milliseconds(Google.Protobuf.WellKnownTypes.Duration? duration) =>
        (duration?.ToTimeSpan() ?? TimeSpan.Zero).TotalMilliseconds.ToString("0.#", CultureInfo.InvariantCulture);
}
