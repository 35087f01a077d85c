using System.IO.Hashing;

namespace Segmentation.Fuzz.Engine;

/// <summary>Writes inputs that went wrong, each with a text that says how to repeat it.</summary>
internal sealed class FindFolder(string folder, int seed)
{
    /// <summary>Writes a find.</summary>
    /// <param name="target">The target's name.</param>
    /// <param name="input">The input.</param>
    /// <param name="report">What happened.</param>
    /// <returns>The file of the input.</returns>
    public string Write(string target, byte[] input, string report)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{target}.{XxHash64.HashToUInt64(input):x16}");
        File.WriteAllBytes(file, input);
        File.WriteAllText(
            $"{file}.txt",
            $"Target {target}, seed {seed}, {input.Length} bytes. Again:\n"
                + $"    dotnet run -c Release --project tests/Fuzz -- --replay {file}\n\n{report}\n");
        return file;
    }
}
