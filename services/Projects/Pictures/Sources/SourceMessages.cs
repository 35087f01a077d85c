using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Sources;

/// <summary>Translates sources between rows and messages.</summary>
internal static class SourceMessages
{
    /// <summary>Most errors that are kept.</summary>
    public const int MostErrors = 100;

    /// <summary>The message of a source.</summary>
    public static Source Of(SourceRow row) => new()
    {
        Id = row.Id,
        Uri = row.Uri,
        State = row.State,
        PictureCount = row.PictureCount,
        Errors = { ErrorsOf(row) },
        ErrorCount = row.ErrorCount,
        IndexTime = row.IndexTime is { } time ? Timestamp.FromDateTimeOffset(time) : null,
    };

    /// <summary>Adds an error to those that are kept.</summary>
    public static void AddError(SourceRow row, string item, string reason)
    {
        row.ErrorCount++;
        var errors = ErrorsOf(row);
        if (errors.Count < MostErrors)
        {
            errors.Add(new ItemError { Item = item, Reason = reason });
            row.ErrorsJson = JsonSerializer.Serialize(errors.Select(error => new[] { error.Item, error.Reason }));
        }
    }

    private static List<ItemError> ErrorsOf(SourceRow row) => row.ErrorsJson.Length == 0
        ? []
        : [.. JsonSerializer.Deserialize<string[][]>(row.ErrorsJson)!
            .Select(error => new ItemError { Item = error[0], Reason = error[1] })];
}
