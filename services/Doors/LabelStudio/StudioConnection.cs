using System.Text;
using Segmentation.Doors.Fetching;

namespace Segmentation.Doors.LabelStudio;

/// <summary>A Label Studio whose pictures are fetched.</summary>
/// <param name="Address">Its address, with a slash at the end.</param>
/// <param name="Token">A token of it; empty: none.</param>
internal sealed record StudioConnection(Uri Address, string Token)
{
    private const int MaxTokenLength = 8192;
    private const int MaxTaskLength = 64;

    // What its pictures lie below, and nothing else is asked for with a token.
    private static readonly string[] _paths = ["data/", "storage-data/", "tasks/", "upload/"];

    private static readonly string[] _stores = ["s3:", "gs:", "azure-blob:"];

    /// <summary>Reads an address of a Label Studio.</summary>
    /// <returns>With a slash at the end; null when it is none.</returns>
    public static Uri? Base(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { UserInfo: "", Query: "", Fragment: "" }
            ? address
            : null;

    /// <summary>Tells whether a text can be a token.</summary>
    public static bool IsToken(string text) =>
        text.Length is > 0 and <= MaxTokenLength && text.All(one => one is > ' ' and < (char)127);

    /// <summary>Tells whether a text is a picture's address, and no picture in base64.</summary>
    public static bool IsAddress(string text) =>
        IsHttp(text) || IsStored(text) || _paths.Any(path => text.TrimStart('/').StartsWith(path, StringComparison.Ordinal));

    /// <summary>Tells whether a text is an address of the web.</summary>
    public static bool IsHttp(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where a picture of Label Studio is to be had: the first that answers.</summary>
    /// <param name="text">A path, or an address of a store in a cloud.</param>
    /// <param name="task">The task's number.</param>
    /// <returns>None when it is no picture's.</returns>
    public IEnumerable<Uri> Find(string text, string task)
    {
        if (IsStored(text))
        {
            var isNumber = task.Length is > 0 and <= MaxTaskLength && task.All(char.IsAsciiDigit);
            var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Replace('+', '-').Replace('/', '_');
            return isNumber ? Own($"tasks/{task}/presign/?fileuri={Uri.EscapeDataString(encoded)}") : [];
        }

        var path = text.TrimStart('/');
        var file = path.StartsWith("data/upload/", StringComparison.Ordinal) ? path["data/".Length..] : path;
        return file.StartsWith("upload/", StringComparison.Ordinal)
            ? [.. Own($"storage-data/uploaded/?filepath={Escaped(file)}"), .. Own($"data/{file}")]
            : Own(path);
    }

    /// <summary>Tells whether an address is one of its pictures', which its token may be shown to.</summary>
    public bool Has(Uri address)
    {
        if (!FetchPolicy.IsSameOrigin(Address, address)
            || !address.AbsolutePath.StartsWith(Address.AbsolutePath, StringComparison.Ordinal))
        {
            return false;
        }

        var path = address.AbsolutePath[Address.AbsolutePath.Length..];
        return _paths.Any(one => path.StartsWith(one, StringComparison.Ordinal));
    }

    private static bool IsStored(string text) => _stores.Any(store => text.StartsWith(store, StringComparison.Ordinal));

    // The query of an uploaded file's address is none of the file's name.
    private static string Escaped(string file) => Uri.EscapeDataString(Uri.UnescapeDataString(file.Split('?')[0]));

    private IEnumerable<Uri> Own(string path) =>
        Uri.TryCreate(Address, path, out var address) && Has(address) ? [address] : [];
}
