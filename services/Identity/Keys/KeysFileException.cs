using Segmentation.Common.Configuration;

namespace Segmentation.Identity.Keys;

/// <summary>A keys file that cannot be used. The message names the file, what is wrong and where.</summary>
public sealed class KeysFileException(string message, Exception? innerException = null)
    : UnusableFileException(message, innerException);
