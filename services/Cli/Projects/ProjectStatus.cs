using System.Globalization;
using Google.Protobuf;
using Segmentation.Cli.Commands;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Projects;

/// <summary><c>segctl projects status</c>: figures, last runs and last transfers.</summary>
internal static class ProjectStatus
{
    private const int Shown = 5;

    /// <summary>Writes the status.</summary>
    public static async Task<int> ShowAsync(
        ProjectServer server, string name, bool asJson, CancellationToken cancellationToken)
    {
        var project = await server.FindAsync(name, cancellationToken).ConfigureAwait(false);
        var runs = await FirstAsync(server.Client.Runs.ListAsync(project.Id, cancellationToken)).ConfigureAwait(false);
        var transfers = await FirstAsync(server.Client.Transfers.ListAsync(project.Id, cancellationToken))
            .ConfigureAwait(false);
        var text = asJson
            ? $"{{\"project\":{JsonFormatter.Default.Format(project)},\"runs\":{Json(runs)},\"transfers\":{Json(transfers)}}}"
            : Table(project, runs, transfers);
        await Console.Out.WriteLineAsync(text).ConfigureAwait(false);
        return CommandRunner.Success;
    }

    /// <summary>A run in one line.</summary>
    public static string TextOf(Run run)
    {
        var rate = run.PicturesPerSecond > 0 ? Text($", {run.PicturesPerSecond:0.##} pictures a second") : "";
        var failed = run.FailedCount > 0 ? Text($", {run.FailedCount} failed") : "";
        var reason = run.Reason.Length > 0 ? $": {run.Reason}" : "";
        return Text($"{Word(run.State)}, {run.DoneCount} of {run.PictureCount} pictures, {run.MaskCount} masks")
            + $"{failed}{rate}{reason}";
    }

    private static string Table(Project project, List<Run> runs, List<Transfer> transfers)
    {
        var counts = project.Counts ?? new ProjectCounts();
        var lines = new List<string>
        {
            $"name         {project.Name}",
            $"id           {project.Id}",
            Text($"pictures     {counts.Pictures}, {counts.Done} done"),
            Text($"annotations  {counts.Annotations}"),
            Text($"proposals    {counts.Proposals}"),
        };
        lines.AddRange(runs.Select(run => Text($"run {run.Id}, {ProjectRunner.NameOf(run.Stage)}, {run.Preset}: {TextOf(run)}")));
        lines.AddRange(transfers.Select(transfer =>
            Text($"{Word(transfer.Kind)} {transfer.Id}, {transfer.Format}: ") + TextOf(transfer)));
        return string.Join(Environment.NewLine, lines);
    }

    private static string TextOf(Transfer transfer)
    {
        var left = transfer.ErrorCount > 0 ? Text($", {transfer.ErrorCount} left out") : "";
        var reason = transfer.Reason.Length > 0 ? $": {transfer.Reason}" : "";
        return Text($"{Word(transfer.State)}, {transfer.DoneCount} pictures, {transfer.AnnotationCount} masks") + left + reason;
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Json(IEnumerable<IMessage> messages) =>
        $"[{string.Join(',', messages.Select(message => JsonFormatter.Default.Format(message)))}]";

    private static async Task<List<T>> FirstAsync<T>(IAsyncEnumerable<T> all)
    {
        var first = new List<T>();
        await foreach (var one in all.ConfigureAwait(false))
        {
            first.Add(one);
            if (first.Count == Shown)
            {
                break;
            }
        }

        return first;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
