using System.Globalization;
using Segmentation.Cli.Commands;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Projects;

/// <summary>Waits for transfers, shows their progress, and names the items that they left out.</summary>
internal static class TransferWaiter
{
    private const int MaxNamed = 20;

    /// <summary>Waits until a transfer is done.</summary>
    /// <param name="server">The server.</param>
    /// <param name="transfer">The transfer.</param>
    /// <param name="what">Name of the work.</param>
    /// <param name="progress">Shows progress.</param>
    /// <param name="cancellationToken">Stops waiting; the transfer goes on.</param>
    /// <exception cref="CliException">The transfer failed or was cancelled.</exception>
    public static async Task<Transfer> WaitAsync(
        ProjectServer server,
        Transfer transfer,
        string what,
        ProgressLine progress,
        CancellationToken cancellationToken)
    {
        var watch = server.Client.Transfers.WatchAsync(transfer.Project, transfer.Id, cancellationToken);
        await foreach (var now in watch.ConfigureAwait(false))
        {
            transfer = now;
            progress.Show(what, now.DoneCount, now.ItemCount, Text(now));
        }

        return transfer.State switch
        {
            TransferState.Done => transfer,
            TransferState.Cancelled => throw new CliException($"{what}: somebody cancelled transfer {transfer.Id}."),
            _ => throw new CliException($"{what}: {transfer.Reason}"),
        };
    }

    /// <summary>Names the items that a transfer left out.</summary>
    /// <returns>Number of items.</returns>
    public static async Task<long> NameErrorsAsync(
        ProjectServer server, Transfer transfer, ProgressLine progress, CancellationToken cancellationToken)
    {
        if (transfer.ErrorCount == 0)
        {
            return 0;
        }

        var named = 0;
        var errors = server.Client.Transfers.ListErrorsAsync(transfer.Project, transfer.Id, cancellationToken);
        await foreach (var error in errors.ConfigureAwait(false))
        {
            if (named++ == MaxNamed)
            {
                break;
            }

            progress.Note($"left out: {error.Item}{(error.Field.Length > 0 ? $" ({error.Field})" : "")}: {error.Reason}");
        }

        if (transfer.ErrorCount > MaxNamed)
        {
            progress.Note(string.Create(CultureInfo.InvariantCulture, $"left out: {transfer.ErrorCount - MaxNamed} more."));
        }

        return transfer.ErrorCount;
    }

    private static string Text(Transfer transfer)
    {
        var of = transfer.ItemCount > 0 ? Text($" of {transfer.ItemCount}") : "";
        var left = transfer.ErrorCount > 0 ? Text($", {transfer.ErrorCount} left out") : "";
        return Text($"{transfer.DoneCount}{of} pictures, {transfer.AnnotationCount} masks{left}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
