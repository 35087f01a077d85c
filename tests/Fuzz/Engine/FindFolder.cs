using System.IO.Hashing;

namespace Segmentation.Fuzz.Engine;

/// <summary>Writes inputs that went wrong, each with a text that says how to repeat it.</summary>
internal sealed class FindFolder(string folder, int seed)
{
    private const int MostShown = 1024;

    /// <summary>Writes a find, and says it: a log may be all that is left of a run elsewhere.</summary>
    /// <param name="target">The target's name.</param>
    /// <param name="input">The input.</param>
    /// <param name="report">What happened.</param>
    public void Write(string target, byte[] input, string report)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{target}.{XxHash64.HashToUInt64(input):x16}");
        File.WriteAllBytes(file, input);
        var text = $"Target {target}, seed {seed}, {input.Length} bytes. Again:\n"
            + $"    dotnet run -c Release --project tests/Fuzz -- --replay {file}\n\n{report}\n";
        File.WriteAllText($"{file}.txt", text);
        var shown = input.Length <= MostShown ? $"In base64: {Convert.ToBase64String(input)}\n" : "";
        Console.WriteLine($"== A find\n{text}{shown}");
    }
}
