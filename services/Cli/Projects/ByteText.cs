using System.Globalization;

namespace Segmentation.Cli.Projects;

/// <summary>Writes sizes for people.</summary>
internal static class ByteText
{
    private static readonly string[] _units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>A size with at most one decimal, for example <c>1.4 GiB</c>.</summary>
    public static string Of(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1024 && unit < _units.Length - 1; unit++)
        {
            value /= 1024;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {_units[unit]}");
    }
}
