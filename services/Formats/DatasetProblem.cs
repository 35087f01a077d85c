namespace Segmentation.Formats;

/// <summary>
/// Something of a dataset that could not be read, or that a format cannot hold. The rest goes through.
/// </summary>
/// <param name="Item">The item: a file, a picture, an annotation's id.</param>
/// <param name="Field">Field within the item; empty: all of it.</param>
/// <param name="Reason">Sentence that says what is wrong and what to do.</param>
public sealed record DatasetProblem(string Item, string Field, string Reason);
