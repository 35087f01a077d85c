using System.CommandLine.Parsing;

namespace Segmentation.Cli.Segmenting;

/// <summary>The image to segment: a file, or standard input.</summary>
internal static class ImageInput
{
    /// <summary>The name of standard input.</summary>
    public const string Standard = "-";

    /// <summary>Refuses inputs that cannot be read, before any work begins.</summary>
    public static void Check(ArgumentResult result)
    {
        var name = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        if (name == Standard)
        {
            if (!Console.IsInputRedirected)
            {
                result.AddError("- reads the image from standard input, and nothing is sent there: "
                    + "segctl segment - --point 320,240 < photo.jpg");
            }
        }
        else if (!File.Exists(name))
        {
            result.AddError($"File '{name}' does not exist.");
        }
    }

    /// <summary>Reads the image's bytes.</summary>
    public static async Task<byte[]> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (name != Standard)
        {
            return await File.ReadAllBytesAsync(name, cancellationToken).ConfigureAwait(false);
        }

        using var bytes = new MemoryStream();
        var input = Console.OpenStandardInput();
        await using (input.ConfigureAwait(false))
        {
            await input.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        }

        return bytes.ToArray();
    }

    /// <summary>The image's name in errors.</summary>
    public static string Shown(string name) => name == Standard ? "standard input" : name;
}
