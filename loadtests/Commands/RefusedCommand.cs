using System.CommandLine;
using System.Diagnostics;
using Segmentation.LoadTests.Attack;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Commands;

/// <summary>Calls that are refused because of their credential: what they cost, and that memory stays flat over them.</summary>
internal static class RefusedCommand
{
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
        var (grpc, http) = (Repository.FreePort(), Repository.FreePort());
        await using var server = new ServiceProcess(
            "Standalone", http, $"Endpoints:GrpcPort={grpc}", $"Endpoints:HttpPort={http}", keys.Option);
        await server.StartAsync(cancellationToken);
        using var strangers = new Strangers(new Uri($"http://127.0.0.1:{grpc}"), server.Address);

        // Code is compiled and pools are filled in the first calls.
        await strangers.CallAsync(calls / 2, cancellationToken);
        var (before, busy, since) = (ServerMemory.Now([server.Id]), Busy(server.Id), Stopwatch.GetTimestamp());
        var memory = new double[Parts];
        for (var part = 0; part < Parts; part++)
        {
            await strangers.CallAsync(calls / Parts, cancellationToken);
            memory[part] = ServerMemory.Now([server.Id]);
        }

        var took = Stopwatch.GetElapsedTime(since);
        var cost = (Busy(server.Id) - busy).TotalMicroseconds / calls;
        return
        [
            Measurement.Of("memory before", "MB", [before]),
            Measurement.Of($"memory during {calls} refused calls", "MB", memory),
            Measurement.Of("memory after over before", "MB", [memory[^1] - before], RiseBound),
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
