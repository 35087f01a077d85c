namespace Segmentation.Formats;

/// <summary>A label of a dataset.</summary>
/// <param name="Id">Number from 1; formats that number their labels otherwise do so by the order of the list.</param>
/// <param name="Name">Name, unique in the dataset.</param>
/// <param name="Color">Colour as <c>#rrggbb</c>; null: none.</param>
/// <param name="IsStuff">True for uncountable things, as sky.</param>
public sealed record DatasetLabel(int Id, string Name, string? Color = null, bool IsStuff = false);
