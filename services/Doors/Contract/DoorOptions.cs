namespace Segmentation.Doors.Contract;

/// <summary>Options that every door has: section <c>Segmentation:Doors:NAME</c>.</summary>
public class DoorOptions
{
    /// <summary>Start of every section.</summary>
    public const string Section = "Segmentation:Doors";

    /// <summary>True where the door is open. Default false: its routes do not exist.</summary>
    public bool Enabled { get; set; }

    /// <summary>Model of requests that name none. Default empty: the caller's default.</summary>
    public string Model { get; set; } = "";
}
