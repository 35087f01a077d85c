using System.CommandLine;
using Google.Protobuf;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests;

/// <summary>Memory of the process before and after it has answered a click on each of some images.</summary>
internal static class MemoryCommand
{
    private const double Megabyte = 1e6;

    public static Command Create()
    {
        var images = new Option<int>("--images") { DefaultValueFactory = _ => 10, Description = "Images to click on." };
        var json = Report.JsonOption();
        var command = new Command("memory", "Standalone: memory after a click on each of some images.") { images, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await PublishedServices.UseAsync(cancellationToken).ConfigureAwait(false);
            var rows = await MeasureAsync(parsed.GetValue(images), cancellationToken).ConfigureAwait(false);
            return await Report.WriteAsync(rows, parsed.GetValue(json), cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(int images, CancellationToken cancellationToken)
    {
        var coffee = Inputs.Photograph("coffee.png").FullName;
        var file = await File.ReadAllBytesAsync(coffee, cancellationToken).ConfigureAwait(false);
        var server = await StandaloneProcess.StartAsync(cancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            var idle = server.Memory().Now;
            var client = new SegmentationService.SegmentationServiceClient(server.Channel);
            for (byte i = 0; i < images; i++)
            {
                // Bytes behind a PNG's end are another file with another hash, and the same picture.
                var request = new SegmentRequest
                {
                    ImageData = ByteString.CopyFrom([.. file, i]),
                    Prompts = { new Prompt { Points = { new Point { X = 300, Y = 200 } } } },
                };
                await client.SegmentAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
            }

            var (now, peak) = server.Memory();
            return
            [
                Measurement.Of("memory when ready", "MB", [idle / Megabyte]),
                Measurement.Of($"memory after {images} images", "MB", [now / Megabyte]),
                Measurement.Of("most memory ever held", "MB", [peak / Megabyte]),
            ];
        }
    }
}
