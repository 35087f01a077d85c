using System.Buffers;
using Segmentation.Formats.Files;

namespace Segmentation.Formats.LabelStudio;

/// <summary>Names of pictures in Label Studio's addresses.</summary>
internal static class LabelStudioName
{
    private const string LocalFiles = "/data/local-files/?d=";
    private const int PrefixLetters = 8;

    private static readonly SearchValues<char> _hexadecimal = SearchValues.Create("0123456789abcdef");

    /// <summary>Returns the address of a picture in a folder that Label Studio serves.</summary>
    public static string AddressOf(string path) => LocalFiles + Uri.EscapeDataString(path);

    /// <summary>
    /// Returns the name of a picture by its address: the path of a served folder, else the last part. Uploads lose the
    /// eight letters that Label Studio puts before their names.
    /// </summary>
    public static string Of(string address)
    {
        var local = address.IndexOf(LocalFiles, StringComparison.Ordinal);
        if (local >= 0)
        {
            var path = Uri.UnescapeDataString(address[(local + LocalFiles.Length)..]);
            return DatasetPath.Safe(path.StartsWith("images/", StringComparison.Ordinal) ? path["images/".Length..] : path);
        }

        var name = DatasetPath.FileName(Uri.UnescapeDataString(address.Split('?', '#')[0]).Replace('\\', '/'));
        var isUpload = address.Contains("/upload/", StringComparison.Ordinal)
            && name.Length > PrefixLetters + 1 && name[PrefixLetters] == '-'
            && name.AsSpan(0, PrefixLetters).IndexOfAnyExcept(_hexadecimal) < 0;
        return DatasetPath.Safe(isUpload ? name[(PrefixLetters + 1)..] : name);
    }
}
