using System.Globalization;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Everything;
using Segmentation.Cli.Files;
using Segmentation.Evaluation.Data;
using Segmentation.Evaluation.Protocols;
using Segmentation.Evaluation.Reports;
using Segmentation.Evaluation.Results;
using Segmentation.Formats;
using Segmentation.Models;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Cli.Evaluating;

/// <summary>Runs <c>segctl evaluate</c>: measures picture by picture, goes on where a run was ended, writes the reports.</summary>
internal static class EvaluateRunner
{
    private const string Results = "results.jsonl";
    private const string OtherResults = "compare.jsonl";
    private const int ProblemsShown = 10;

    public static async Task<int> RunAsync(EvaluateArguments arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await EvaluateAsync(arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ModelException
            or EvaluationDataException or DatasetFormatException or FormatException)
        {
            throw new CliException(error.Message, innerException: error);
        }
    }

    /// <summary>Compares two folders of results.</summary>
    public static int Diff(DirectoryInfo first, DirectoryInfo second)
    {
        try
        {
            var (a, b) = (RunFile.ReadSettings(first), RunFile.ReadSettings(second));
            var both = new ProtocolSettings(
                [.. a.Protocols.Intersect(b.Protocols)], a.Placement, Math.Min(a.MaxClicks, b.MaxClicks), a.Seed);
            var differences = RunDifference.Of(
                ResultsFile.Read(Path.Combine(first.FullName, Results)),
                ResultsFile.Read(Path.Combine(second.FullName, Results)),
                both);
            Print(FigureTable.Lines(differences));
            return CommandRunner.Success;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CliException(error.Message, innerException: error);
        }
    }

    private static async Task<int> EvaluateAsync(EvaluateArguments arguments, CancellationToken cancellationToken)
    {
        var (settings, output) = (arguments.Settings, arguments.Output);
        var groups = ReadGroups(arguments.Groups);
        using var data = await EvaluationData.OpenAsync(
            arguments.Data, arguments.Limit, settings.Seed, SizeOf, cancellationToken).ConfigureAwait(false);
        foreach (var problem in data.Problems.Take(ProblemsShown))
        {
            Console.Error.WriteLine($"segctl: {problem.Item}: {problem.Reason} It is left out.");
        }

        var model = await DigestAsync(arguments, arguments.Local, arguments.Model, cancellationToken).ConfigureAwait(false);
        var isCompared = arguments.OtherModel is not null;
        var other = isCompared
            ? await DigestAsync(arguments, arguments.OtherLocal, arguments.OtherModel, cancellationToken).ConfigureAwait(false)
            : null;
        var run = RunFile.Describe(settings, arguments.Limit, model, other);
        RunFile.CheckOrKeep(output, run);
        var records = await MeasureAsync(
            arguments, data, Results, arguments.Local, arguments.Model, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<RunDifference> differences = [];
        if (isCompared)
        {
            var compared = await MeasureAsync(
                arguments, data, OtherResults, arguments.OtherLocal, arguments.OtherModel, cancellationToken).ConfigureAwait(false);
            differences = RunDifference.Of(records, compared, settings);
        }

        var summary = EvaluationSummary.Of(records, settings, groups, arguments.LeastMasks);
        IReadOnlyList<(string Name, string Value)> told =
        [
            .. run,
            ("data", $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(arguments.Data)))} ({data.Format})"),
            ("pictures", data.Pictures.Count.ToString(CultureInfo.InvariantCulture)),
            ("masks", records.Count.ToString(CultureInfo.InvariantCulture)),
            ("left out", data.Problems.Count.ToString(CultureInfo.InvariantCulture)),
        ];
        AtomicFile.Write(
            Path.Combine(output.FullName, "summary.json"), stream => SummaryText.Write(stream, told, summary, differences));
        var worst = await WorstDrawing.DrawAsync(data, records, cancellationToken).ConfigureAwait(false);
        AtomicFile.Write(Path.Combine(output.FullName, "report.html"), stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write(HtmlReport.Write(told, settings, summary, differences, worst));
        });
        Print(FigureTable.Lines(summary));
        if (differences.Count > 0)
        {
            Print([$"{"difference",-24}    first   second", .. FigureTable.Lines(differences)]);
        }

        var failures = FailBelow.Failures(arguments.FailBelow, summary);
        foreach (var failure in failures)
        {
            Console.Error.WriteLine($"segctl: {failure}");
        }

        return failures.Count == 0 ? CommandRunner.Success : CommandRunner.Failure;
    }

    private static async Task<IReadOnlyList<MaskRecord>> MeasureAsync(
        EvaluateArguments arguments,
        EvaluationData data,
        string file,
        ModelPackage? local,
        string? model,
        CancellationToken cancellationToken)
    {
        using var results = ResultsFile.Continue(Path.Combine(arguments.Output.FullName, file), data.Pictures);
        var done = results.Records.Select(record => record.Picture).ToHashSet(StringComparer.Ordinal);
        if (done.Count == data.Pictures.Count)
        {
            return results.Records;
        }

        var progress = new EvaluateProgress(data.Pictures.Sum(picture => picture.Masks), results.Records.Count);
        try
        {
            using var predictor = arguments.Settings.HasPrompts ? Predictor(arguments, local, model) : null;
            using var finder = arguments.Settings.HasSearch ? Finder(arguments, local, model) : null;
            var evaluator = new PictureEvaluator(predictor, arguments.Settings, finder);
            await foreach (var picture in data.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (done.Contains(picture.Name))
                {
                    continue;
                }

                progress.Begin(picture.Name);
                try
                {
                    results.Add(await evaluator.EvaluateAsync(picture, cancellationToken).ConfigureAwait(false));
                }
                catch (ImageException error)
                {
                    throw new CliException($"{picture.Name}: {error.Message}", innerException: error);
                }

                progress.End(picture.Masks.Count);
            }
        }
        finally
        {
            progress.Clear();
        }

        return results.Records;
    }

    private static IMaskPredictor Predictor(EvaluateArguments arguments, ModelPackage? local, string? model) =>
        arguments.Server is { } server
            ? new RemotePredictor(server, model)
            : new LocalPredictor(local!, arguments.Threads);

    private static SearchFinder Finder(EvaluateArguments arguments, ModelPackage? local, string? model) =>
        new(arguments.Server is { } server
            ? new RemoteSearch(server, model)
            : new LocalSearch(local!, arguments.Threads));

    private static async Task<string> DigestAsync(
        EvaluateArguments arguments, ModelPackage? local, string? model, CancellationToken cancellationToken) =>
        local?.Digest
            ?? await RemoteModel.DescribeAsync(arguments.Server!, model, cancellationToken).ConfigureAwait(false);

    private static GroupTable? ReadGroups(FileInfo? file)
    {
        if (file is null)
        {
            return null;
        }

        using var reader = file.OpenText();
        return GroupTable.Read(reader);
    }

    private static (int Width, int Height) SizeOf(byte[] file)
    {
        try
        {
            var header = ImageReader.ReadHeader(file, ImageLimits.Default);
            return (header.Width, header.Height);
        }
        catch (ImageException error)
        {
            throw new EvaluationDataException($"A picture of the data cannot be read: {error.Message}", error);
        }
    }

    private static void Print(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Console.Out.WriteLine(line);
        }
    }
}
