using System.Text.RegularExpressions;
using Segmentation.Cli.Commands;
using Segmentation.Models.Recognition;

namespace Segmentation.Cli.Catalogue;

/// <summary>Ids of models: lower-case letters, digits and hyphens.</summary>
internal static partial class ModelId
{
    private const int MostLetters = 64;
    private static readonly string[] _meaningless =
        ["encoder", "decoder", "model", "models", "onnx", "sam", "tmp", "download", "downloads", "first", "dist"];

    /// <summary>Returns the id that a person gave, or one made of the names of files.</summary>
    /// <exception cref="CliException">The id is not valid, or the names say nothing.</exception>
    public static string Choose(string? given, RecognisedModel model)
    {
        if (given is not null)
        {
            return IsValid(given) ? given : throw new CliException(
                $"--id '{given}' may have lower-case letters, digits and hyphens only, at most {MostLetters}.",
                CommandRunner.Usage);
        }

        return Suggest(model) ?? throw new CliException(
            "The names of the files do not say which model this is. Name it: --id sam-vit-b (lower-case letters, digits "
            + "and hyphens).",
            CommandRunner.Usage);
    }

    // Names of pairs have their beginning in common: sam2_hiera_tiny.encoder.onnx, sam2_hiera_tiny.decoder.onnx.
    private static string? Suggest(RecognisedModel model)
    {
        var encoder = Path.GetFileNameWithoutExtension(model.EncoderPath);
        var decoder = Path.GetFileNameWithoutExtension(model.DecoderPath);
        var common = string.Concat(
            encoder.Zip(decoder).TakeWhile(pair => pair.First == pair.Second).Select(pair => pair.First));
        var folder = new DirectoryInfo(Path.GetDirectoryName(Path.GetFullPath(model.EncoderPath))!);
        return new[] { common, folder.Name, folder.Parent?.Name ?? "" }
            .Select(Normalise)
            .FirstOrDefault(name => name.Length > 2 && !_meaningless.Contains(name));
    }

    private static string Normalise(string name)
    {
        var id = NoLetters().Replace(name.ToLowerInvariant(), "-").Trim('-');
        return id[..Math.Min(id.Length, MostLetters)];
    }

    private static bool IsValid(string id) => id.Length is > 0 and <= MostLetters
        && id.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NoLetters();
}
