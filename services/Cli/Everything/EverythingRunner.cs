using System.Diagnostics;
using System.Globalization;
using Segmentation.Cli.Commands;
using Segmentation.Models;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Cli.Everything;

/// <summary>
/// Runs <c>segctl everything</c>: searches the images without a result one after the other, then prints a summary.
/// </summary>
internal static class EverythingRunner
{
    public static async Task<int> RunAsync(EverythingArguments arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await SearchAsync(arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ModelException)
        {
            throw new CliException(error.Message, innerException: error);
        }
    }

    private static async Task<int> SearchAsync(EverythingArguments arguments, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var output = arguments.Output;
        var list = ImageList.Find(arguments.Input, output);
        if (list.Remark is { } remark)
        {
            Console.Error.WriteLine($"segctl: {remark}");
        }

        var images = list.Images;
        var model = arguments.Local;
        var digest = model?.Digest
            ?? await RemoteModel.DescribeAsync(
                arguments.Server!, arguments.Model, cancellationToken).ConfigureAwait(false);
        var settings = new SearchSettings(digest, arguments.Options);
        var writer = Writer(arguments, settings);
        // Everything that can be refused is refused before anything is written.
        if (!arguments.Overwrite)
        {
            RunSettings.Check(output, settings);
        }

        var plan = WorkPlan.Make(images, writer, settings, arguments.Overwrite, cancellationToken);
        output.Create();
        RunSettings.Keep(output, settings);
        var failed = new Dictionary<ImageFile, string>();
        var masks = 0;
        if (plan.Pending.Count > 0)
        {
            using IImageSearch search = model is null
                ? new RemoteSearch(arguments.Server!, arguments.Model)
                : new LocalSearch(model, arguments.Threads);
            masks = await SearchAllAsync(search, plan.Pending, writer, arguments, failed, cancellationToken)
                .ConfigureAwait(false);
        }

        if (writer.Finish([.. images.Where(i => !failed.ContainsKey(i))], cancellationToken) is { } note)
        {
            Console.Error.WriteLine($"segctl: {note}");
        }

        foreach (var (image, reason) in failed)
        {
            Console.Error.WriteLine($"segctl: {image.File}: {reason}");
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        Console.Error.WriteLine(
            $"{Count(plan.Pending.Count - failed.Count, "image")} with {Count(masks, "mask")} in {seconds} s"
            + (plan.Done > 0 ? $", {plan.Done} done before" : "")
            + (failed.Count > 0 ? $", {failed.Count} failed" : ""));
        return failed.Count == 0 ? CommandRunner.Success : CommandRunner.Failure;
    }

    private static IResultWriter Writer(EverythingArguments arguments, SearchSettings settings) =>
        arguments.Format switch
        {
            OutputFormat.Coco => new CocoWriter(
                arguments.Output, settings, arguments.Segmentation, TimeProvider.System),
            OutputFormat.Png => new PngOverlayWriter(arguments.Output, settings),
            _ => new Sa1bWriter(arguments.Output, settings),
        };

    private static async Task<int> SearchAllAsync(
        IImageSearch search,
        IReadOnlyList<PendingImage> pending,
        IResultWriter writer,
        EverythingArguments arguments,
        Dictionary<ImageFile, string> failed,
        CancellationToken cancellationToken)
    {
        var progress = new ProgressBar(Console.Error, !Console.IsErrorRedirected, pending.Count);
        var masks = 0;
        try
        {
            foreach (var (image, again) in pending)
            {
                if (again is not null)
                {
                    progress.Note($"segctl: {image.Name} is done again: {again}.");
                }

                progress.Begin(image.Name);
                try
                {
                    var result = await search.FindAsync(image, arguments.Options, progress, cancellationToken)
                        .ConfigureAwait(false);
                    writer.Write(result);
                    masks += result.Masks.Count;
                }
                catch (Exception error) when (error is ImageException or CliException)
                {
                    // One bad file does not stop the run.
                    failed.Add(image, error.Message);
                }

                progress.End();
            }
        }
        finally
        {
            progress.Clear();
        }

        return masks;
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
