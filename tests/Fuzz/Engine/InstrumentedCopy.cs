using SharpFuzz;

namespace Segmentation.Fuzz.Engine;

/// <summary>
/// A copy of this program in which the assemblies under test count the edges that are gone over. The copy stays between
/// runs; only what has changed is made anew.
/// </summary>
internal static class InstrumentedCopy
{
    private const string Folder = "instrumented";

    private static readonly string[] _assemblies =
    [
        "Segmentation.Masks.dll", "Segmentation.Sam.dll", "Segmentation.Gateway.dll", "Segmentation.Embeddings.dll",
        "Segmentation.Formats.dll", "Segmentation.Doors.dll",
    ];

    // Arithmetic that reads no input of a stranger, and would only be slowed down.
    private static readonly string[] _left =
    [
        "Segmentation.Sam.Decoding.", "Segmentation.Sam.Encoders.", "Segmentation.Sam.Numerics.",
        "Segmentation.Sam.Weights.", "Segmentation.Sam.Runtime.",
    ];

    /// <summary>Makes the copy.</summary>
    /// <returns>The program in it.</returns>
    public static string Make()
    {
        var source = AppContext.BaseDirectory;
        var copy = Path.Combine(source, Folder);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(source, file);
            if (name.StartsWith(Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                continue;
            }

            var to = Path.Combine(copy, name);
            var written = File.GetLastWriteTimeUtc(file);
            if (!File.Exists(to) || File.GetLastWriteTimeUtc(to) != written)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to, overwrite: true);
                if (_assemblies.Contains(name))
                {
                    Fuzzer.Instrument(to, IsUnderTest, Options.Value);
                }

                File.SetLastWriteTimeUtc(to, written);
            }
        }

        return Path.Combine(copy, Path.GetFileName(typeof(InstrumentedCopy).Assembly.Location));
    }

    private static bool IsUnderTest(string type) =>
        !_left.Any(prefix => type.StartsWith(prefix, StringComparison.Ordinal));
}
