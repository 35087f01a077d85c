namespace Segmentation.Doors.LabelStudio;

/// <summary>Form of the regions that a control makes.</summary>
internal enum RegionForm
{
    /// <summary>Packed runs: tag <c>BrushLabels</c>.</summary>
    Brush,

    /// <summary>A ring of corners: tag <c>PolygonLabels</c>.</summary>
    Polygon,

    /// <summary>A PNG file: tag <c>BitmaskLabels</c>.</summary>
    Bitmask,
}

/// <summary>What a labelling configuration says about pictures and masks.</summary>
/// <param name="Form">Form of the masks.</param>
/// <param name="Control">Name of the control that masks belong to.</param>
/// <param name="Picture">Name of the picture's tag.</param>
/// <param name="Variable">Name of the task's variable that has the picture.</param>
/// <param name="Labels">The control's labels; null: the task says which.</param>
internal sealed record LabelConfig(
    RegionForm Form, string Control, string Picture, string Variable, IReadOnlyList<string>? Labels)
{
    /// <summary>The label of a mask: the wanted one where the control has it, or the only one that it has.</summary>
    /// <param name="wanted">The label of the prompts; null: they have none.</param>
    /// <returns>Null: a person must choose.</returns>
    public string? LabelOf(string? wanted) => Labels switch
    {
        null => wanted,
        _ when wanted is not null && Labels.Contains(wanted) => wanted,
        [var only] => only,
        _ => null,
    };
}
