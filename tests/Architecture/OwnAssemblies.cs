using Segmentation.Tests.Shared;

namespace Segmentation.Architecture.Tests;

/// <summary>This project's assemblies, beside the tests, and its source files.</summary>
internal static class OwnAssemblies
{
    private const string Cli = "segctl";

    /// <summary>Names of the assemblies under services/ and loadtests/, in alphabetical order.</summary>
    public static string[] Names { get; } =
    [
        .. Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Where(name => name == Cli || name.StartsWith("Segmentation.", StringComparison.Ordinal))
            .Where(name => !name.EndsWith(".Tests", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>An assembly's file.</summary>
    public static string FileOf(string assembly) => Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll");

    /// <summary>Namespace of an assembly's root folder. Types in other namespaces are generated.</summary>
    public static string RootOf(string assembly) => assembly == Cli ? "Segmentation.Cli" : assembly;

    /// <summary>C# files below a folder of the repository, generated ones left out, as paths from its root.</summary>
    public static IEnumerable<string> SourcesOf(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal);
}
