using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Segmenting;
using Segmentation.Client;
using Segmentation.Protocol.V1;

namespace Segmentation.Cli.Usages;

/// <summary>Asks a server for the usage of the caller's tenant, and writes it to standard output.</summary>
internal static class UsageReader
{
    private static readonly JsonFormatter _json =
        new(JsonFormatter.Settings.Default.WithIndentation().WithFormatDefaultValues(true));

    /// <summary>Writes the usage.</summary>
    /// <exception cref="CliException">The server cannot be reached, or refused.</exception>
    public static async Task<int> RunAsync(Uri server, bool asJson, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new SegmentationClient(server);
            var usage = await client.GetUsageAsync(cancellationToken).ConfigureAwait(false);
            await Console.Out.WriteLineAsync(asJson ? _json.Format(usage) : Table(usage)).ConfigureAwait(false);
            return CommandRunner.Success;
        }
        catch (RpcException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw await ServerErrors.ExplainAsync(server, error).ConfigureAwait(false);
        }
    }

    private static string Table(Usage usage)
    {
        var units = usage.Units is { } quota
            ? Text($"{quota.Available:0.#} of {quota.Burst:0.#} left, {quota.UnitsPerSecond:0.##} a second; ")
                + Text($"{quota.UsedToday:0.#} used today")
            : "no limit";
        var weights = usage.Weights;
        return string.Join(
            Environment.NewLine,
            $"tenant           {usage.Tenant}",
            $"units            {units}",
            $"sessions         {Text(usage.Sessions)}",
            $"searches         {Text(usage.Searches)}",
            $"bytes in flight  {Text(usage.BytesInFlight)}",
            Text($"an image takes {weights.Image:0.##} units, a prompt {weights.Prompt:0.##}, ")
                + Text($"a grid point {weights.Point:0.##}, a crop {weights.Crop:0.##}"));
    }

    private static string Text(Bound bound) =>
        bound.HasLimit ? Text($"{bound.Used} of {bound.Limit}") : Text($"{bound.Used}, no limit");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
