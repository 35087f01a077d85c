using System.CommandLine.Parsing;
using Segmentation.Masks.Png;
using Segmentation.Sam.Images;

namespace Segmentation.Cli.Segmenting;

/// <summary>Files that pictures are written to, in the format of their extension.</summary>
internal static class PictureFile
{
    /// <summary>Refuses extensions of formats that are not written with transparency.</summary>
    public static void CheckTransparent(OptionResult result) =>
        Check(result, "PNG: the object is transparent around it. Write a name that ends in .png", ".png");

    /// <summary>Refuses extensions of formats that are not written.</summary>
    public static void CheckOpaque(OptionResult result) =>
        Check(result, "PNG and JPEG. Write a name that ends in .png, .jpg or .jpeg", ".png", ".jpg", ".jpeg");

    /// <summary>Encodes a picture in the format of the file's extension; PNG without one.</summary>
    public static byte[] Encode(RgbImage picture, FileInfo file) =>
        Has(file.Name, ".jpg") || Has(file.Name, ".jpeg")
            ? JpegWriter.Rgb(picture)
            : PngWriter.Rgb(picture.Width, picture.Height, picture.Pixels);

    private static void Check(OptionResult result, string allowed, params string[] endings)
    {
        var name = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        if (Path.GetExtension(name).Length > 0 && !endings.Any(ending => Has(name, ending)))
        {
            result.AddError($"{result.Option.Name}: '{name}' cannot be written; there is {allowed}.");
        }
    }

    private static bool Has(string name, string ending) => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
}
