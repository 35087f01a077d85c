namespace Segmentation.Evaluation.Data;

/// <summary>A picture of the data with its true masks.</summary>
/// <param name="Name">Name in the data, with folders.</param>
/// <param name="File">The picture's file.</param>
/// <param name="Masks">Its masks that have a pixel, without crowds.</param>
public sealed record TruePicture(string Name, byte[] File, IReadOnlyList<TrueMask> Masks);
