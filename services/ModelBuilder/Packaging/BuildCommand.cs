using System.CommandLine;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Models;

namespace Segmentation.ModelBuilder.Packaging;

/// <summary>Command line: reads a published pair of files and writes a model's folder.</summary>
internal static class BuildCommand
{
    private const int Failure = 1;

    public static RootCommand Create()
    {
        var encoder = new Option<FileInfo>("--encoder")
        {
            Description = "Published image encoder: float32 [1,3,1024,1024] in, [1,256,64,64] out.",
            Required = true,
        };
        var decoder = new Option<FileInfo>("--decoder")
        {
            Description = "Published prompt encoder and mask decoder, as the Segment Anything export writes it.",
            Required = true,
        };
        var output = new Option<DirectoryInfo>("--output") { Description = "Folder of the model.", Required = true };
        var id = new Option<string>("--id")
        {
            Description = "Name of the model, also its folder's: lower-case letters, digits, hyphens.",
            Required = true,
        };
        var version = new Option<string>("--weights-version")
        {
            Description = "Version of the published weights.",
            Required = true,
        };
        var licence = new Option<string>("--licence") { Description = "SPDX licence of the weights.", Required = true };
        var source = new Option<string>("--source") { Description = "Where the weights come from.", Required = true };
        var command = new RootCommand("Builds a model's graphs from a published Segment Anything pair of ONNX files.")
        {
            encoder, decoder, output, id, version, licence, source,
        };
        command.SetAction(result => Run(
            result.GetRequiredValue(encoder),
            result.GetRequiredValue(decoder),
            result.GetRequiredValue(output),
            new WeightsOrigin(
                result.GetRequiredValue(id),
                result.GetRequiredValue(version),
                result.GetRequiredValue(licence),
                result.GetRequiredValue(source))));
        return command;
    }

    private static int Run(FileInfo encoder, FileInfo decoder, DirectoryInfo output, WeightsOrigin identity)
    {
        try
        {
            var manifest = ModelWriter.Write(
                PublishedFile.Read(encoder), PublishedFile.Read(decoder), output.FullName, identity);
            foreach (var (name, graph) in manifest.Graphs)
            {
                Console.WriteLine($"{name,-8} {graph.Size,11:N0} bytes  sha256:{graph.Sha256}");
            }

            return 0;
        }
        catch (Exception exception) when (exception is ModelFormatException or ModelException or IOException
            or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(exception.Message);
            return Failure;
        }
    }
}
