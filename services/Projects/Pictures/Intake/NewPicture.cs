using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Intake;

/// <summary>A picture that is to be added.</summary>
/// <param name="Tenant">Tenant of the project.</param>
/// <param name="ProjectId">The project.</param>
/// <param name="Name">Name in its stored form (<see cref="PictureName.Checked"/>).</param>
internal sealed record NewPicture(string Tenant, Guid ProjectId, string Name)
{
    /// <summary>Attributes as a JSON object, or empty.</summary>
    public string AttributesJson { get; init; } = "";

    /// <summary>Part of the dataset.</summary>
    public Split Split { get; init; }

    /// <summary>True to put a number into a name that another picture has; false to refuse.</summary>
    public bool NumberTakenName { get; init; }

    /// <summary>Source in which the file stays; 0: the file is stored.</summary>
    public long SourceId { get; init; }

    /// <summary>Path of the file within its source, or empty.</summary>
    public string SourcePath { get; init; } = "";
}
