using System.Text.Json;

namespace Segmentation.Formats.Json;

/// <summary>
/// Fields of a mask that most tools have no place for, under one set of names: <c>crowd</c>, <c>occluded</c>,
/// <c>z_order</c>, <c>group</c> and <c>attributes</c>.
/// </summary>
internal static class MaskFieldsJson
{
    /// <summary>Returns a mask with the fields of an object.</summary>
    /// <exception cref="Items.BadItemException">A field is wrong.</exception>
    public static DatasetMask WithFieldsOf(this DatasetMask mask, JsonElement item) => mask with
    {
        Crowd = item.Flag("crowd"),
        Occluded = item.Flag("occluded"),
        Z = item.SmallOr("z_order", 0),
        Group = item.SmallOr("group", 0),
        AttributesJson = JsonText.AttributesOf(item),
    };

    /// <summary>Writes the fields that say something into the object that is open.</summary>
    public static void WriteFields(this Utf8JsonWriter writer, DatasetMask mask)
    {
        writer.WriteTrue("crowd", mask.Crowd);
        writer.WriteTrue("occluded", mask.Occluded);
        writer.WriteNonZero("z_order", mask.Z);
        writer.WriteNonZero("group", mask.Group);
        writer.WriteAttributes(mask.AttributesJson);
    }
}
