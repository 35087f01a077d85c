using System.CommandLine;
using System.Diagnostics;
using Google.Protobuf;
using Segmentation.LoadTests.Inputs;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests.Commands;

/// <summary>From the start of the process to the first mask of a photograph that it has never seen.</summary>
internal static class StartupCommand
{
    public static Command Create()
    {
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 5, Description = "Processes to start." };
        return MeasuringCommand.Create(
            "startup",
            "Standalone: time from process start to ready, and to the first mask.",
            [runs],
            async (parsed, cancellationToken) =>
            {
                await PublishedServices.UseAsync(cancellationToken);
                return await MeasureAsync(parsed.GetValue(runs), cancellationToken);
            });
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        var coffee = Photographs.Named("coffee.png").FullName;
        var file = await File.ReadAllBytesAsync(coffee, cancellationToken).ConfigureAwait(false);
        var request = new SegmentRequest
        {
            ImageData = UnsafeByteOperations.UnsafeWrap(file),
            Prompts = { new Prompt { Points = { new Point { X = 300, Y = 200 } } } },
        };
        var (ready, first) = (new List<double>(), new List<double>());
        for (var run = 0; run < runs; run++)
        {
            var started = Stopwatch.GetTimestamp();
            var server = await StandaloneProcess.StartAsync(cancellationToken).ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                ready.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                await new SegmentationService.SegmentationServiceClient(server.Channel)
                    .SegmentAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
                first.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }

        return
        [
            Measurement.Of("process start to ready", "s", ready),
            Measurement.Of("process start to first mask", "s", first),
        ];
    }
}
