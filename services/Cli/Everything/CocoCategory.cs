namespace Segmentation.Cli.Everything;

/// <summary>A category in COCO's layout; all objects have the same one.</summary>
internal sealed record CocoCategory(int Id, string Name, string Supercategory)
{
    public static CocoCategory Object { get; } = new(1, "object", "object");
}
