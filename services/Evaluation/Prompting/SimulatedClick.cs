namespace Segmentation.Evaluation.Prompting;

/// <summary>A click that the protocol made, on the centre of a pixel.</summary>
/// <param name="X">Column of the pixel.</param>
/// <param name="Y">Row of the pixel.</param>
/// <param name="IsForeground">True inside of the object.</param>
public readonly record struct SimulatedClick(int X, int Y, bool IsForeground);
