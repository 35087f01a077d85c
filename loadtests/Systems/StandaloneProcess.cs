using System.Diagnostics;
using Grpc.Net.Client;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Systems;

/// <summary>The system in a process of its own, on ports that the machine chooses.</summary>
internal sealed class StandaloneProcess : IAsyncDisposable
{
    private const string GrpcLine = "gRPC (HTTP/2)";
    private const string OperatorLine = "Operators";
    private readonly Process _process;

    private StandaloneProcess(Process process, Uri grpc, Uri operators)
    {
        _process = process;
        Operators = operators;
        Channel = GrpcChannel.ForAddress(grpc, new GrpcChannelOptions { MaxReceiveMessageSize = null });
    }

    /// <summary>A connection to it.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>Its operators' port.</summary>
    public Uri Operators { get; }

    /// <summary>Physical memory it holds now, and the most it ever held, in bytes.</summary>
    public (long Now, long Peak) Memory()
    {
        _process.Refresh();
        return (_process.WorkingSet64, _process.PeakWorkingSet64);
    }

    /// <summary>Starts it and waits until it says where it listens.</summary>
    /// <exception cref="MissingProgramException">There is no dotnet on the path.</exception>
    /// <exception cref="ProgramException">It ended before it was ready.</exception>
    public static async Task<StandaloneProcess> StartAsync(
        CancellationToken cancellationToken, params IEnumerable<string> options)
    {
        var program = Repository.Program("Standalone");
        IEnumerable<string> all = ["Endpoints:GrpcPort=0", "Endpoints:HttpPort=0", .. options];
        var process = ProgramPath.Start(new ProcessStartInfo(
            "dotnet", [program, .. all.Select(option => $"--Segmentation:{option}")])
        {
            RedirectStandardOutput = true,
        });
        Uri? grpc = null;
        while (await process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            grpc ??= AddressIn(line, GrpcLine);
            if (grpc is not null && AddressIn(line, OperatorLine) is { } operators)
            {
                // What it prints from now on is not needed, but must be read so that it never waits for a reader.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return new StandaloneProcess(process, grpc, operators);
            }
        }

        throw new ProgramException("Standalone ended before it was ready; its reason is above.");
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private static Uri? AddressIn(string line, string label) =>
        line.IndexOf(label, StringComparison.Ordinal) is >= 0 and var at
            ? new Uri(line[(at + label.Length)..].Trim())
            : null;
}
