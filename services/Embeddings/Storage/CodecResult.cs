namespace Segmentation.Embeddings.Storage;

/// <summary>Something read from stored bytes, or why it could not be.</summary>
/// <param name="Status">What happened.</param>
/// <param name="Value">What was read; null unless <paramref name="Status"/> is Ok.</param>
/// <typeparam name="T">What was to be read.</typeparam>
public readonly record struct CodecResult<T>(CodecStatus Status, T? Value)
    where T : class;
