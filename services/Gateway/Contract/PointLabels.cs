using Google.Protobuf.Reflection;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Contract;

/// <summary>
/// Checks labels of points. Their numbers mean other things in SAM's own input (0 outside, 1 inside, 2 and 3 the
/// corners of a box) than in the contract, so a number that may be meant in SAM's way is refused in words.
/// </summary>
internal static class PointLabels
{
    /// <summary>The labels that there are, for errors.</summary>
    public const string Choice = "send POINT_LABEL_FOREGROUND for a point inside of the object, POINT_LABEL_BACKGROUND "
        + "for one outside, or leave the label out for foreground";

    /// <summary>The meaning of 2 and 3 in SAM's own input, for errors.</summary>
    public const string Corners = "2 and 3 are the corners of a box in the model's own input; send a box";

    private const int Corner = 2;
    private const int OtherCorner = 3;

    /// <summary>The reason to refuse a label that is set; null when it is accepted.</summary>
    public static string? Refuse(PointLabel label) => (int)label switch
    {
        (int)PointLabel.Foreground or (int)PointLabel.Background => null,
        (int)PointLabel.Unspecified =>
            $"POINT_LABEL_UNSPECIFIED (0) is refused, since 0 means outside elsewhere: {Choice}.",
        OtherCorner => $"{OtherCorner} is no PointLabel: {Corners}. For a point, {Choice}.",
        var number => $"{number} is no PointLabel: {Choice}.",
    };

    /// <summary>
    /// The reason to refuse a number in JSON; null when it is accepted. A 2 could mean a corner of a box, or
    /// POINT_LABEL_BACKGROUND.
    /// </summary>
    public static string? Refuse(EnumDescriptor type, int number) =>
        type.ClrType == typeof(PointLabel) && number is Corner or OtherCorner
            ? $"is refused: {Corners}. For a point, {Choice}"
            : null;
}
