using Segmentation.Fuzz.Engine;

namespace Segmentation.Fuzz;

/// <summary>Runs the input of a find again.</summary>
internal static class Replay
{
    /// <summary>Runs one input in this process, so that a debugger sees it.</summary>
    /// <param name="file">The input; its name begins with the target's and a dot.</param>
    /// <param name="targets">The target, where the name of the file does not say it.</param>
    /// <returns>0 where nothing is wrong any more, otherwise 1.</returns>
    public static int Run(string file, string[] targets)
    {
        var name = targets.FirstOrDefault() ?? Path.GetFileName(file).Split('.')[0];
        if (FuzzTargets.Names.All(known => known != name))
        {
            Console.Error.WriteLine($"The name of {file} begins with no target: say which with --target.");
            return 1;
        }

        using var target = FuzzTargets.Create(name);
        var verdict = new InputRun(target).Run(File.ReadAllBytes(file));
        Console.WriteLine(verdict?.Report ?? $"{file} is answered as it should be.");
        return verdict is null ? 0 : 1;
    }
}
