using System.CommandLine;
using Segmentation.Formats.Registry;

namespace Segmentation.Cli.Projects;

/// <summary>Names of formats of datasets, checked before the server is asked.</summary>
internal static class FormatNames
{
    /// <summary>Formats that are written.</summary>
    public static IReadOnlyList<string> Written { get; } = [.. DatasetFormats.Writers.Select(writer => writer.Format)];

    /// <summary>Formats that are read, and the word for pictures alone.</summary>
    public static IReadOnlyList<string> Readable { get; } =
        [.. DatasetFormats.Readers.Select(reader => reader.Format).Append(DatasetFormats.Pictures)];

    /// <summary>Formats that are written, in one line.</summary>
    public static string WrittenText { get; } = string.Join(", ", Written);

    /// <summary>Refuses names of formats that are not read.</summary>
    public static void CheckReadable(Option<string?> option) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string?>() is { } name
            && name != DatasetFormats.Pictures
            && DatasetFormats.FindReader(name) is null)
        {
            result.AddError($"{option.Name}: '{name}' is none of {string.Join(", ", Readable)}.");
        }
    });

    /// <summary>Refuses names of formats that are not written.</summary>
    public static void CheckWritten(Option<string> option) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string>() is { } name && DatasetFormats.FindWriter(name) is null)
        {
            result.AddError($"{option.Name}: '{name}' is none of {WrittenText}.");
        }
    });
}
