namespace Segmentation.Projects.Objects;

/// <summary>
/// The object store does not answer, or cannot take or give an object: the same request may succeed later. The message
/// is for operators, since it names the place.
/// </summary>
/// <param name="message">Sentence with the key and the fault.</param>
/// <param name="inner">Cause.</param>
internal sealed class ObjectStoreException(string message, Exception inner) : IOException(message, inner);
