using System.CommandLine;
using System.Diagnostics;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Commands;

/// <summary>Calls that are refused because of their credential: what they cost, and that memory stays flat over them.</summary>
internal static class RefusedCommand
{
    private const double Megabyte = 1e6;
    private const double RiseBound = 20;
    private const int Parts = 10;

    public static Command Create()
    {
        var calls = new Option<int>("--calls") { DefaultValueFactory = _ => 100_000, Description = "Counted calls." };
        return MeasuringCommand.Create(
            "refused",
            "Standalone with API keys: memory and time over calls without a right one.",
            [calls],
            async (parsed, cancellationToken) =>
            {
                await PublishedServices.UseAsync(cancellationToken);
                return await MeasureAsync(parsed.GetValue(calls), cancellationToken);
            });
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(int calls, CancellationToken cancellationToken)
    {
        using var keys = await TenantKeysFile.CreateAsync(cancellationToken, ClickTarget.Tenant);
        await using var server = await StandaloneProcess.StartAsync(cancellationToken, keys.Option);
        using var strangers = new Strangers(server.Address, server.Http);

        // Code is compiled and pools are filled in the first calls.
        await strangers.CallAsync(calls / 2, cancellationToken);
        var (before, busy, since) = (server.Memory().Now, Busy(server.Id), Stopwatch.GetTimestamp());
        var memory = new double[Parts];
        for (var part = 0; part < Parts; part++)
        {
            await strangers.CallAsync(calls / Parts, cancellationToken);
            memory[part] = server.Memory().Now / Megabyte;
        }

        var took = Stopwatch.GetElapsedTime(since);
        var cost = (Busy(server.Id) - busy).TotalMicroseconds / calls;
        return
        [
            Measurement.Of("memory before", "MB", [before / Megabyte]),
            Measurement.Of($"memory during {calls} refused calls", "MB", memory),
            Measurement.Of("memory after over before", "MB", [memory[^1] - (before / Megabyte)], RiseBound),
            Measurement.Of("calls that were not refused", "calls", [strangers.Served], 0),
            Measurement.Of("streams cut by the server", "calls", [strangers.Cut]),
            Measurement.Of("refused calls a second", "1/s", [calls / took.TotalSeconds]),
            Measurement.Of("processor time of the server for one", "us", [cost]),
        ];
    }

    private static TimeSpan Busy(int id)
    {
        using var process = Process.GetProcessById(id);
        return process.TotalProcessorTime;
    }
}
