using System.CommandLine;
using Google.Protobuf;
using Segmentation.LoadTests.Inputs;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests.Commands;

/// <summary>Memory of the process before and after it has answered a click on each of some images.</summary>
internal static class MemoryCommand
{
    private const double Megabyte = 1e6;

    public static Command Create()
    {
        var images = new Option<int>("--images") { DefaultValueFactory = _ => 10, Description = "Images to click on." };
        return MeasuringCommand.Create(
            "memory",
            "Standalone: memory after a click on each of some images.",
            [images],
            async (parsed, cancellationToken) =>
            {
                await PublishedServices.UseAsync(cancellationToken);
                return await MeasureAsync(parsed.GetValue(images), cancellationToken);
            });
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(int images, CancellationToken cancellationToken)
    {
        var coffee = Photographs.Named("coffee.png").FullName;
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
