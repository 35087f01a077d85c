using System.CommandLine;
using Segmentation.Formats.Registry;

namespace Segmentation.Cli.Projects;

/// <summary>Names of formats of datasets, checked before the server is asked.</summary>
internal static class FormatNames
{
    /// <summary>Formats that are written.</summary>
    public static string Written { get; } = string.Join(", ", DatasetFormats.Writers.Select(writer => writer.Format));

    private static string Readable { get; } = string.Join(
        ", ", DatasetFormats.Readers.Select(reader => reader.Format).Append(DatasetFormats.Pictures));

    /// <summary>Refuses names of formats that are not read.</summary>
    public static void CheckReadable(Option<string?> option) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string?>() is { } name
            && name != DatasetFormats.Pictures
            && DatasetFormats.FindReader(name) is null)
        {
            result.AddError($"{option.Name}: '{name}' is none of {Readable}.");
        }
    });

    /// <summary>Refuses names of formats that are not written.</summary>
    public static void CheckWritten(Option<string> option) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string>() is { } name && DatasetFormats.FindWriter(name) is null)
        {
            result.AddError($"{option.Name}: '{name}' is none of {Written}.");
        }
    });
}
