using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Storage.Rows;

/// <summary>A label.</summary>
internal sealed class LabelRow
{
    /// <summary>The project.</summary>
    public required Guid ProjectId { get; set; }

    /// <summary>Number within the project, from 1.</summary>
    public required int Id { get; set; }

    /// <summary>Name, unique in the project among labels that are not deleted.</summary>
    public required string Name { get; set; }

    /// <summary>Colour as <c>#rrggbb</c>.</summary>
    public required string Color { get; set; }

    /// <summary>Key that chooses the label, or empty.</summary>
    public required string Hotkey { get; set; }

    /// <summary>Things, stuff or either.</summary>
    public LabelKind Kind { get; set; }

    /// <summary>Place among the labels, ascending.</summary>
    public int Place { get; set; }

    /// <summary>Attributes and their values as a JSON object, or empty.</summary>
    public required string AttributesJson { get; set; }

    /// <summary>Greater with every change.</summary>
    public long Revision { get; set; }

    /// <summary>Time at which it was taken out of the choice; null: it was not.</summary>
    public DateTimeOffset? DeleteTime { get; set; }
}
