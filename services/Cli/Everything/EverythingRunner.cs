using System.Diagnostics;
using System.Globalization;
using Segmentation.Models;
using Segmentation.Sam.Images;

namespace Segmentation.Cli.Everything;

/// <summary>Runs <c>segctl everything</c>: what is not done yet, image after image, then what was found.</summary>
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
        var images = ImageList.Find(arguments.Input);
        var output = arguments.Output;
        output.Create();
        var model = arguments.Server is null ? ModelCatalog.Default.Open() : null;
        RunSettings.Check(
            output, arguments.Options, model?.Digest ?? $"of {arguments.Server}", arguments.Overwrite);
        IResultWriter writer = arguments.Format switch
        {
            OutputFormat.Coco => new CocoWriter(output),
            OutputFormat.Png => new PngOverlayWriter(output),
            _ => new Sa1bWriter(output),
        };
        ImageFile[] pending = [.. images.Where(i => arguments.Overwrite || !writer.IsDone(i))];
        var failed = new Dictionary<ImageFile, string>();
        var masks = 0;
        if (pending.Length > 0)
        {
            using IImageSearch search = model is null
                ? new RemoteSearch(arguments.Server!)
                : new LocalSearch(model, arguments.Threads);
            masks = await SearchAllAsync(search, pending, writer, arguments, failed, cancellationToken)
                .ConfigureAwait(false);
        }

        writer.Finish([.. images.Where(i => !failed.ContainsKey(i))], cancellationToken);
        foreach (var (image, reason) in failed)
        {
            Console.Error.WriteLine($"segctl: {image.File}: {reason}");
        }

        var before = images.Count - pending.Length;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        Console.Error.WriteLine(
            $"{Count(pending.Length - failed.Count, "image")} with {Count(masks, "mask")} in {seconds} s"
            + (before > 0 ? $", {before} done before" : "")
            + (failed.Count > 0 ? $", {failed.Count} failed" : ""));
        return failed.Count == 0 ? CommandRunner.Success : CommandRunner.Failure;
    }

    private static async Task<int> SearchAllAsync(
        IImageSearch search,
        ImageFile[] pending,
        IResultWriter writer,
        EverythingArguments arguments,
        Dictionary<ImageFile, string> failed,
        CancellationToken cancellationToken)
    {
        var progress = new ProgressBar(Console.Error, !Console.IsErrorRedirected, pending.Length);
        var masks = 0;
        try
        {
            foreach (var image in pending)
            {
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
                    // One bad file does not keep the others of a folder from being done.
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
