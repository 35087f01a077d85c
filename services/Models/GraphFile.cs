namespace Segmentation.Models;

/// <summary>One graph of a model, as its manifest describes it.</summary>
/// <param name="File">File name inside the model's folder.</param>
/// <param name="Sha256">SHA-256 of the file, 64 lower-case hexadecimal digits.</param>
/// <param name="Size">Size of the file in bytes.</param>
public sealed record GraphFile(string File, string Sha256, long Size);
