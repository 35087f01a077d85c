using Google.Protobuf.WellKnownTypes;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Catalogue;

/// <summary>Makes messages of rows.</summary>
internal static class CatalogueMessages
{
    /// <summary>The message of a project.</summary>
    /// <param name="row">The project.</param>
    /// <param name="role">The caller's role.</param>
    /// <param name="counts">Figures.</param>
    public static Project Of(ProjectRow row, Role role, ProjectCounts counts) => new()
    {
        Id = row.Id.ToString("D"),
        Name = row.Name,
        Description = row.Description,
        Revision = row.Revision,
        Settings = ProjectSettings.Parser.ParseFrom(row.Settings),
        Role = role,
        Counts = counts,
        CreateTime = Timestamp.FromDateTimeOffset(row.CreateTime),
        UpdateTime = Timestamp.FromDateTimeOffset(row.UpdateTime),
        DeleteTime = row.DeleteTime is { } time ? Timestamp.FromDateTimeOffset(time) : null,
        Creator = row.Creator,
    };

    /// <summary>The message of a label.</summary>
    public static Label Of(LabelRow row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Color = row.Color,
        Hotkey = row.Hotkey,
        Kind = row.Kind,
        Place = row.Place,
        AttributesJson = row.AttributesJson,
        Revision = row.Revision,
        DeleteTime = row.DeleteTime is { } time ? Timestamp.FromDateTimeOffset(time) : null,
    };

    /// <summary>The message of a member.</summary>
    public static Member Of(MemberRow row) => new() { Subject = row.Subject, Role = row.Role };
}
