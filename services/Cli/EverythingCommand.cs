using System.CommandLine;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Everything;
using Segmentation.Cli.Files;
using Segmentation.Cli.Segmenting;

namespace Segmentation.Cli;

/// <summary>Command line of <c>segctl everything</c>, and the checks of its options.</summary>
internal static class EverythingCommand
{
    private const string Description = """
        Finds the masks of everything in a picture, or in each picture of a folder, without a prompt.

        Examples:
          segctl everything photo.jpg --output masks
          segctl everything photo.jpg --output overlays --format png --points-per-side 16
          segctl everything photos --output dataset --format coco --min-mask-region-area 100
          segctl everything photos --output dataset --format coco --segmentation polygon
          segctl everything aerial.tif --output masks --crop-n-layers 1 --crop-n-points-downscale-factor 2
          segctl everything photos --output dataset --server http://localhost:7080

        A second run continues with the images that have no result, and repeats those that were edited since. Files in
        the output folder that are no results of this command are replaced only with --overwrite.

        Options have the names and defaults of segment-anything's automatic mask generator; see docs/everything.md.
        """;

    public static Command Create()
    {
        var input = new Argument<FileSystemInfo>("image|folder")
        {
            Description = "JPEG, PNG, WebP, TIFF or GIF file, or a folder of them.",
        };
        input.AcceptExistingOnly();
        var output = new Option<DirectoryInfo>("--output", "-o")
        {
            Description = "Folder for the results; created if it does not exist.",
            HelpName = "folder",
            Required = true,
        };
        var format = Choice.Create<OutputFormat>(
            "--format",
            "sa1b: a JSON file an image; coco: one annotations.json; png: pictures with the masks drawn.");
        var segmentation = Choice.Create<SegmentationForm>(
            "--segmentation",
            "Form of masks in annotations.json: rle, or polygon for masks without holes. COCO's polygons cannot have "
                + "holes, so masks with holes stay run lengths.");
        var threads = new Option<int>("--threads")
        {
            Description = "Number of threads. Default: one a core.",
            HelpName = "number",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var server = new ServerOptions(
            "gRPC address of a running server that does the work instead of this process.", "http://host:port");
        var overwrite = new Option<bool>("--overwrite")
        {
            Description = "Does all images again, and replaces files that are no results of this command.",
        };
        var command = new Command("everything", Description)
        {
            input, output, format, segmentation, threads, overwrite,
        };
        server.AddTo(command);
        var model = new ModelChoice();
        model.AddTo(command);
        var generator = new GeneratorOptions();
        foreach (var option in generator.All)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) =>
        {
            var connection = server.Read(parsed);
            var arguments = new EverythingArguments
            {
                Input = parsed.GetRequiredValue(input),
                Output = parsed.GetRequiredValue(output),
                Format = parsed.GetValue(format),
                Segmentation = parsed.GetValue(segmentation),
                Options = generator.Read(parsed),
                Threads = parsed.GetValue(threads),
                Server = connection,
                Model = model.NameIn(parsed),
                Local = connection is null ? model.Open(parsed) : null,
                Overwrite = parsed.GetValue(overwrite),
            };
            var problems = Problems(arguments).ToList();
            if (arguments.Server is not null && parsed.GetResult(threads) is { Implicit: false })
            {
                problems.Add("--threads: with --server the server does the work; leave one of the two out.");
            }

            if (arguments.Format != OutputFormat.Coco && parsed.GetResult(segmentation) is { Implicit: false })
            {
                problems.Add("--segmentation: only --format coco has this choice; leave the option out.");
            }

            return problems.Count == 0
                ? EverythingRunner.RunAsync(arguments, cancellationToken)
                : throw new CliException(
                    string.Join($"{Environment.NewLine}segctl: ", problems), CommandRunner.Usage);
        });
        return command;
    }

    /// <summary>Checks the values after parsing, together with the defaults of options that are not given.</summary>
    private static IEnumerable<string> Problems(EverythingArguments arguments)
    {
        foreach (var invalid in arguments.Options.Validate())
        {
            yield return $"--{invalid.Name.Replace('_', '-')}: {invalid.Message}";
        }

        if (arguments.Threads < 1)
        {
            yield return $"--threads: threads is {arguments.Threads}; allowed is at least 1.";
        }

        var images = (arguments.Input as FileInfo)?.Directory ?? arguments.Input;
        if (arguments.Format == OutputFormat.Png && IsSame(images, arguments.Output))
        {
            yield return "--output: pictures cannot be written to the folder that the images are in.";
        }
    }

    private static bool IsSame(FileSystemInfo a, FileSystemInfo b) =>
        RealPath.Of(a.FullName) == RealPath.Of(b.FullName);
}
