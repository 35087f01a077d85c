using System.CommandLine;
using System.Diagnostics;
using Google.Protobuf;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests;

/// <summary>From the start of the process to the first mask of a photograph that it has never seen.</summary>
internal static class StartupCommand
{
    public static Command Create()
    {
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 5, Description = "Processes to start." };
        var json = Report.JsonOption();
        var command = new Command("startup", "Standalone: time from process start to ready, and to the first mask.")
        {
            runs, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await PublishedServices.UseAsync(cancellationToken).ConfigureAwait(false);
            var rows = await MeasureAsync(parsed.GetValue(runs), cancellationToken).ConfigureAwait(false);
            return await Report.WriteAsync(rows, parsed.GetValue(json), cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        var coffee = Inputs.Photograph("coffee.png").FullName;
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
